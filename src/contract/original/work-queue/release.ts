import { z } from 'zod';
import { operation, success } from '../../operation.ts';
import { integer, optional, parameters } from '../../parameters.ts';
import { leaseId, owner, queueName, taskId } from './task.ts';

export const releaseTask = operation('releaseTask', {
  summary: 'Gives a leased task back.',
  description: 'It can be leased again immediately, or after delay seconds. The attempt still counts.',
  parameters: parameters({
    queue_name: queueName,
    task_id: taskId,
    owner,
    delay: optional(integer('Seconds until it may be leased again; 0 by default.', 0, 3_600)),
    lease_id: leaseId,
  }),
  answer: z.object({ success }),
});
