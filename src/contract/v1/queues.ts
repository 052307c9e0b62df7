import { z } from 'zod';
import { operation } from '../operation.ts';
import { oneOf, optional, parameters } from '../parameters.ts';
import { queueName, taskId } from '../original/work-queue/task.ts';
import { offset, pageSize } from './builds.ts';
import { taskView } from './shapes.ts';

export const listQueues = operation('listQueues', {
  summary: 'The work queues: what waits, what is leased, what failed.',
  description: 'Every queue with a live or failed task, or with work done in the last hour.',
  parameters: parameters({}),
  answer: z.object({
    queues: z.array(
      z.object({
        queue: z.string(),
        waiting: z.int(),
        delayed: z.int().meta({ description: 'Wait for their time after a failure.' }),
        leased: z.int(),
        error: z.int(),
        oldest_waiting: z.int().nullable(),
        newest: z.int().nullable(),
        done_last_hour: z.int(),
        oldest_waiting_ms: z.int().nullable(),
      }),
    ),
  }),
});

const oneTask = parameters({ queue_name: queueName, task_id: taskId });

export const retryTask = operation('retryTask', {
  summary: 'Has a task done again.',
  description:
    'One that waits after a failure is due at once; one that ended begins anew. A task of a run asks for the capture or comparison again, which makes a new task. 409 while it is leased.',
  parameters: oneTask,
  answer: z.object({ task: taskView }),
});

export const deleteTask = operation('deleteTask', {
  summary: 'Forgets a task.',
  description: 'A run that waits for it fails as canceled. The holder of its lease is refused from then on.',
  parameters: oneTask,
  answer: z.object({}),
});

export const listTasks = operation('listTasks', {
  summary: 'The tasks of one queue, newest first.',
  description: '',
  parameters: parameters({
    queue_name: queueName,
    status: optional(oneOf('Only in this state.', ['live', 'done', 'error', 'canceled'])),
    page_size: pageSize,
    offset,
  }),
  answer: z.object({ tasks: z.array(taskView) }),
});
