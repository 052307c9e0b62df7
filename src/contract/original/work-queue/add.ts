import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { longText, name, optional, parameters } from '../../parameters.ts';
import { queueName, taskId } from './task.ts';

export const addTask = operation('addTask', {
  summary: 'Adds a task to a queue.',
  description: 'A task_id that the queue already has changes nothing. Without one the server makes one.',
  parameters: parameters({
    queue_name: queueName,
    payload: optional(longText('What the worker needs; JSON text where content_type says so.', 524_288)),
    content_type: optional(name('MIME type of the payload.')),
    source: optional(name("Who made the task; the caller's address by default.")),
    task_id: optional(taskId),
  }),
  answer: z.object({ success, task_id: z.string() }),
});
