import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { parameters } from '../../parameters.ts';
import { leaseId, message, messageIndex, owner, queueName, taskId } from './task.ts';

export const heartbeat = operation('heartbeat', {
  summary: 'Says that the work goes on, and extends the lease by its own length.',
  description:
    'A lower index than before extends the lease and keeps the message: applied is false then. 409 when the lease is lost or the task is over: stop working on it.',
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
