import type { FastifyInstance } from 'fastify';
import { releaseTask as operation } from '../../../contract/original/work-queue/release.ts';
import { giveBackTask } from '../../../services/tasks/give-back-task.ts';
import type { HttpContext } from '../../deps.ts';
import { serve } from '../define.ts';

export function serveReleaseTask(app: FastifyInstance, { core, metrics }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal, address }) => {
    await giveBackTask(core, principal, {
      queue: parameters.queue_name,
      taskId: parameters.task_id,
      owner: parameters.owner ?? address,
      leaseId: parameters.lease_id,
      delayMs: (parameters.delay ?? 0) * 1_000,
    });
    metrics.finished(parameters.queue_name, parameters.task_id, 'released');
    return {};
  });
}
