import type { FastifyInstance } from 'fastify';
import { leaseTasks as operation } from '../../../contract/original/work-queue/lease.ts';
import type { WireTask } from '../../../contract/original/work-queue/task.ts';
import type { Task } from '../../../domain/tasks/task.ts';
import type { BesidePayload } from '../../../domain/tasks/tasks.ts';
import { leaseTasks, type LeasedTask } from '../../../services/tasks/lease-tasks.ts';
import type { TaskSecrets } from '../../../services/secrets/secrets-of-tasks.ts';
import type { HttpContext } from '../../deps.ts';
import { serve } from '../define.ts';

export function serveLeaseTasks(app: FastifyInstance, { core, keys, metrics, stopping }: HttpContext): void {
  serve(
    app,
    operation,
    async ({ parameters, principal, address, reply }) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const tasks = await leaseTasks(
        core,
        principal,
        {
          queue: parameters.queue_name,
          owner: parameters.owner ?? address,
          count: parameters.count,
          leaseMs: parameters.timeout === undefined ? undefined : parameters.timeout * 1_000,
          waitMs: (parameters.wait_seconds ?? 0) * 1_000,
          labels: parameters.labels,
          onlyLabeled: parameters.only_labeled,
          isStillAllowed: async () => principal.kind !== 'key' || keys.isLive(principal.keyId),
        },
        AbortSignal.any([stopping, gone.signal]),
      );
      for (const task of tasks) metrics.leased(task.queue, task.id, task.leaseId);
      return { tasks: tasks.map(wireTask) };
    },
    { longLived: true },
  );
}

/** A task as the original's workers expect it; times in seconds. */
function wireTask(task: LeasedTask): WireTask {
  const { payload, beside } = payloadOf(task);
  return {
    task_id: task.id,
    queue_name: task.queue,
    eta: task.eta / 1_000,
    source: task.source,
    created: task.createdAt / 1_000,
    lease_attempts: task.leaseAttempts,
    last_lease: task.lastLease === null ? null : task.lastLease / 1_000,
    payload,
    content_type: task.contentType,
    ...(task.leaseId !== null && { lease_id: task.leaseId }),
    ...(task.runConfig !== null && { config_sha1sum: task.runConfig }),
    ...(task.doms !== null && {
      run_dom_sha1sum: task.doms.after,
      ref_dom_sha1sum: task.doms.before,
    }),
    ...(task.secrets !== null && secretFields(task.secrets)),
    ...beside,
  };
}

function secretFields(secrets: TaskSecrets): Pick<WireTask, 'secrets' | 'secrets_refused'> {
  if (secrets === 'fork') return { secrets_refused: 'fork' };
  return { secrets: secrets.map(({ name, value, origins }) => ({ name, value, origins: [...origins] })) };
}

/** An object for application/json, else text; invalid JSON is kept as text. Only tasks of runs have something beside it. */
function payloadOf(task: Task): { payload: unknown; beside: BesidePayload } {
  if (task.contentType !== 'application/json') return { payload: task.payload, beside: {} };
  try {
    const payload: unknown = JSON.parse(task.payload);
    return task.runId === null ? { payload, beside: {} } : apart(payload as BesidePayload);
  } catch {
    return { payload: task.payload, beside: {} };
  }
}

function apart({ with_pixels, traceparent, shots, ...payload }: BesidePayload): {
  payload: unknown;
  beside: BesidePayload;
} {
  return {
    payload,
    beside: {
      ...(with_pixels !== undefined && { with_pixels }),
      ...(traceparent !== undefined && { traceparent }),
      ...(shots !== undefined && { shots }),
    },
  };
}
