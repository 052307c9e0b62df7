import type { FastifyInstance } from 'fastify';
import { heartbeat as operation } from '../../../contract/original/work-queue/heartbeat.ts';
import { heartbeat } from '../../../services/tasks/heartbeat.ts';
import type { HttpContext } from '../../deps.ts';
import { serve } from '../define.ts';

export function serveHeartbeat(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal, address }) => {
    const { applied } = await heartbeat(core, principal, {
      queue: parameters.queue_name,
      taskId: parameters.task_id,
      owner: parameters.owner ?? address,
      leaseId: parameters.lease_id,
      message: parameters.message,
      index: parameters.index,
    });
    return { applied };
  });
}
