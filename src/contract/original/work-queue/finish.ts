import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { failure, optional, parameters } from '../../parameters.ts';
import { failureReason } from '../../run-failure.ts';
import { leaseId, owner, queueName, taskId } from './task.ts';

export const finishTask = operation('finishTask', {
  summary: 'Ends a leased task.',
  description: 'Repeating the call with the same lease is fine. 409 when the lease is lost.',
  parameters: parameters({
    queue_name: queueName,
    task_id: taskId,
    owner,
    error: optional(failure('Not empty: the attempt failed, for this reason.')),
    failure: optional(failureReason),
    lease_id: leaseId,
  }),
  answer: z.object({ success }),
});
