import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { parameters } from '../../parameters.ts';
import { leaseId, message, messageIndex, owner, queueName, taskId } from './task.ts';

export const heartbeat = operation('heartbeat', {
  summary: 'Reports progress and extends the lease by its length.',
  description:
    'An index lower than the last one extends the lease but keeps the previous message; applied is then false. 409 when the lease is lost or the task has ended: stop working on it.',
  parameters: parameters({
    queue_name: queueName,
    task_id: taskId,
    owner,
    message,
    index: messageIndex,
    lease_id: leaseId,
  }),
  answer: z.object({ success, applied: z.boolean() }),
});
