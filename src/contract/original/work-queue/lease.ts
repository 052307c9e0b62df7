import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { flag, integer, listOf, optional, parameters } from '../../parameters.ts';
import { owner, queueName, task } from './task.ts';

export const leaseTasks = operation('leaseTasks', {
  summary: 'Leases tasks from a queue, oldest first.',
  description:
    'Answers immediately, with an empty list if no task is due; with wait_seconds, waits for one. A task whose lease has expired can be leased by another worker.',
  parameters: parameters({
    queue_name: queueName,
    owner,
    count: optional(integer('Maximum number of tasks; 1 by default.', 1, 100)),
    timeout: optional(integer('Length of the lease in seconds; 60 by default.', 1, 3_600)),
    labels: optional(
      listOf(
        'Labels of the worker, at most 10: it also gets tasks that have one of them.',
        z.string(),
        { type: 'string' },
        'labels',
      ),
    ),
    only_labeled: optional(flag('Only tasks that have one of the labels; false by default.')),
    wait_seconds: optional(integer('How long to wait for a task; 0 by default.', 0, 60)),
  }),
  answer: z.object({ success, tasks: z.array(task) }),
});
