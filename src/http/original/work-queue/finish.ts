import type { FastifyInstance } from 'fastify';
import { finishTask as operation } from '../../../contract/original/work-queue/finish.ts';
import { finishTask } from '../../../services/tasks/finish-task.ts';
import type { HttpContext } from '../../deps.ts';
import { serve } from '../define.ts';

export function serveFinishTask(app: FastifyInstance, { core, metrics }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal, address }) => {
    const { status } = await finishTask(core, principal, {
      queue: parameters.queue_name,
      taskId: parameters.task_id,
      owner: parameters.owner ?? address,
      leaseId: parameters.lease_id,
      error: errorText(parameters.error),
      failure: parameters.failure,
    });
    metrics.finished(parameters.queue_name, parameters.task_id, status === 'live' ? 'retried' : status);
    return {};
  });
}

/** Absent, empty and JSON false mean success. */
function errorText(error: string | boolean | undefined): string | undefined {
  if (error === undefined || error === false || error === '') return undefined;
  return error === true ? 'The worker reported no reason.' : error;
}
