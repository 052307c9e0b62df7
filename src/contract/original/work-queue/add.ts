import { z } from 'zod';
import { maxLabelLength } from '../../../domain/tasks/labels.ts';
import { operation, success } from '../../operation.ts';
import { longText, name, optional, parameters } from '../../parameters.ts';
import { queueName, taskId } from './task.ts';

export const addTask = operation('addTask', {
  summary: 'Adds a task to a queue.',
  description: 'An existing task_id changes nothing. Without one, the server creates one.',
  parameters: parameters({
    queue_name: queueName,
    payload: optional(longText('Input for the worker; JSON text if content_type says so.', 524_288)),
    content_type: optional(name('MIME type of the payload.')),
    source: optional(name("Who made the task; the caller's address by default.")),
    task_id: optional(taskId),
    label: optional(name('Only workers with this label get it; none by default.', maxLabelLength)),
  }),
  answer: z.object({ success, task_id: z.string() }),
});
