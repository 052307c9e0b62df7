import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { failure, optional, parameters } from '../../parameters.ts';
import { failureReason } from '../../run-failure.ts';
import { leaseId, owner, queueName, taskId } from './task.ts';

export const finishTask = operation({
  name: 'work_queue_finish',
  method: 'POST',
  path: '/api/work_queue/{queue_name}/finish',
  summary: 'Ends a leased task.',
  description: 'Repeating the call with the same lease is fine. 409 when the lease is lost.',
  access: 'worker',
  parameters: parameters({
    queue_name: queueName,
    task_id: taskId,
    owner,
    error: optional(failure('Not empty: the attempt failed, for this reason.')),
    failure: optional(failureReason),
    lease_id: leaseId,
  }),
  takesFile: false,
  answer: z.object({ success }),
  repeatable: true,
});
