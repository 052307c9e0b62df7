import { invalidCredentials, requireWork, workerKeyOf } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { checkInteger, checkName, maxQueueNameLength } from '../domain/names.ts';
import { deadlineOf, defaultLeaseMs, maxLeaseCount, maxLeaseMs, maxTaskAttempts } from '../domain/tasks.ts';
import type { Task } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import { endExhaustedTasks } from './sweep.ts';

export interface LeaseTasksInput {
  queue: string;
  owner: string;
  /** 1–100; default 1. */
  count?: number | undefined;
  /** Default 60,000. */
  leaseMs?: number | undefined;
  /** How long to wait for a first task; default 0. */
  waitMs?: number | undefined;
  /** Asked after each wait: what let the caller in may have ended meanwhile. */
  isStillAllowed?: (() => Promise<boolean>) | undefined;
}

export interface LeasedTask extends Task {
  /** Digest of the capture config that judges a comparison; null for other tasks, and where the run has none. */
  runConfig: string | null;
}

const maxWaitMs = 60_000;

/**
 * Gives up to `count` tasks that are due to the caller, oldest eta first, each under a fresh lease id.
 *
 * @throws AppError `role_required` | `invalid_argument` | `name_invalid` | `invalid_credentials` when the key was revoked meanwhile
 * @param signal ends the waiting early, with an empty answer
 */
export async function leaseTasks(
  deps: Deps,
  principal: Principal,
  input: LeaseTasksInput,
  signal?: AbortSignal,
): Promise<LeasedTask[]> {
  requireWork(principal);
  checkName('queue', input.queue, maxQueueNameLength);
  checkName('owner', input.owner);
  const count = checkInteger('count', input.count ?? 1, 1, maxLeaseCount);
  const leaseMs = input.leaseMs ?? defaultLeaseMs;
  checkInteger('timeout', Math.ceil(leaseMs / 1000), 1, maxLeaseMs / 1000);
  const isAborted = () => signal?.aborted === true;
  const waitEnd = deps.clock.monotonicMs() + Math.min(input.waitMs ?? 0, maxWaitMs);
  for (;;) {
    const { tasks, nextEta } = await leaseOnce(deps, {
      queue: input.queue,
      owner: input.owner,
      leasedBy: workerKeyOf(principal) ?? null,
      count,
      leaseMs,
    });
    const left = waitEnd - deps.clock.monotonicMs();
    if (tasks.length > 0 || left <= 0 || isAborted()) return tasks;
    const untilDue = nextEta === null ? Infinity : Math.max(1, nextEta - deps.clock.now());
    await deps.notifier.wait(input.queue, Math.min(left, untilDue, deps.settings.queuePollMs), signal);
    if (isAborted()) return [];
    if (input.isStillAllowed !== undefined && !(await input.isStillAllowed())) throw invalidCredentials();
  }
}

async function leaseOnce(
  deps: Deps,
  order: { queue: string; owner: string; leasedBy: string | null; count: number; leaseMs: number },
): Promise<{ tasks: LeasedTask[]; nextEta: number | null }> {
  const now = deps.clock.now();
  const { due, overdue, nextEta } = await deps.store.read(async (tx) => {
    const next = await tx.tasks.nextEta(order.queue);
    const isDue = next !== null && next <= now;
    const filter = { now, maxAttempts: maxTaskAttempts, limit: 1, queue: order.queue };
    return { due: isDue, overdue: isDue && (await tx.tasks.exhausted(filter)).length > 0, nextEta: next };
  });
  if (overdue) await endExhaustedTasks(deps, order.queue);
  if (!due) return { tasks: [], nextEta };
  return deps.store.transaction(async (tx) => {
    const tasks = await tx.tasks.lease({
      ...order,
      now,
      maxAttempts: maxTaskAttempts,
      deadline: deadlineOf(order.queue, now),
      newLeaseId: () => deps.ids.id(),
    });
    if (tasks.length === 0) return { tasks: [], nextEta: await tx.tasks.nextEta(order.queue) };
    return { tasks: await withConfigs(tx, tasks), nextEta: null };
  });
}

/** Read when leasing: a run's config may be reported after its pictures. */
async function withConfigs(tx: Transaction, tasks: readonly Task[]): Promise<LeasedTask[]> {
  const runIds = tasks.flatMap(({ slot, runId }) => (slot === 'diff' && runId !== null ? [runId] : []));
  const configs = await tx.runs.configs(runIds);
  return tasks.map((task) => ({
    ...task,
    runConfig: (task.slot === 'diff' ? configs.get(task.runId ?? 0) : null) ?? null,
  }));
}
