import { z } from 'zod';
import { operation } from '../operation.ts';
import { oneOf, optional, parameters } from '../parameters.ts';
import { queueName, taskId } from '../original/work-queue/task.ts';
import { offset, pageSize } from './builds.ts';
import { taskView } from './shapes.ts';

export const listQueues = operation('listQueues', {
  summary: 'The work queues: waiting, leased and failed tasks.',
  description: 'Every queue with live or failed tasks, or with work done in the last hour.',
  parameters: parameters({}),
  answer: z.object({
    queues: z.array(
      z.object({
        queue: z.string(),
        labels: z
          .array(
            z.object({
              label: z.string(),
              waiting: z.int(),
              delayed: z.int(),
              leased: z.int(),
              oldest_waiting: z.int().nullable(),
              asked_at: z.int().nullable().meta({ description: 'When a worker with the label last polled.' }),
            }),
          )
          .meta({ description: 'Of these, the live tasks with a label.' }),
        waiting: z.int(),
        delayed: z.int().meta({ description: 'Delayed after a failure.' }),
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
  summary: 'Retries a task.',
  description:
    "A delayed task becomes due immediately; an ended one starts over. For a run's ended task, its capture or comparison is requested again, which creates a new task. 409 while it is leased.",
  parameters: oneTask,
  answer: z.object({ task: taskView }),
});

export const deleteTask = operation('deleteTask', {
  summary: 'Deletes a task.',
  description:
    'A run that waits for it fails as canceled. Later calls by the holder of its lease are refused.',
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
