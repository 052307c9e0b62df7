import { invalidCredentials, requireWork, workerKeyOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkInteger, checkName, maxQueueNameLength } from '../../domain/names.ts';
import {
  deadlineOf,
  defaultLeaseMs,
  maxLeaseCount,
  maxLeaseMs,
  maxTaskAttempts,
  waitAfterLostLease,
} from '../../domain/tasks/tasks.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Transaction } from '../../ports/store.ts';
import { askedRefreshMs } from '../../domain/tasks/worker-absence.ts';
import { labelsToLease } from '../../domain/tasks/labels.ts';
import type { Deps } from '../deps.ts';
import { asWorkerQueue, labelsToNote, noteWorker } from './note-worker.ts';
import { secretsOfTasks, type TaskSecrets } from '../secrets/secrets-of-tasks.ts';
import { labeledSignal } from './offer-tasks.ts';
import { endExhaustedTasks } from '../upkeep/sweep.ts';

export interface LeaseTasksInput {
  queue: string;
  owner: string;
  /** 1–100; default 1. */
  count?: number | undefined;
  /** Default 60,000. */
  leaseMs?: number | undefined;
  /** How long to wait for a task; default 0. */
  waitMs?: number | undefined;
  /** The worker's labels: it also takes tasks that have one of these. */
  labels?: readonly string[] | undefined;
  /** Takes no task without a label. */
  onlyLabeled?: boolean | undefined;
  /** Called after each wait, because the caller's rights may have ended. */
  isStillAllowed?: (() => Promise<boolean>) | undefined;
}

export interface LeasedTask extends Task {
  /** Digest of the capture config for a comparison; null for other tasks and runs without one. */
  runConfig: string | null;
  /** Digests of the recorded structures of the two pages of a comparison; null unless both have one. */
  doms: { before: string; after: string } | null;
  /** The build's secrets that a capture needs; null: none. */
  secrets: TaskSecrets | null;
}

const maxWaitMs = 60_000;

/**
 * Leases up to `count` due tasks to the caller, each with a new lease id. Releases take turns, oldest
 * task first; tasks without a label and those of each label in turn.
 *
 * @throws AppError `role_required` | `invalid_argument` | `name_invalid` | `invalid_credentials` when the key was revoked while waiting
 * @param signal ends the wait early, with an empty answer
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
  const labels = labelsToLease(input.labels ?? [], input.onlyLabeled === true);
  const wakeUp = input.onlyLabeled === true ? labeledSignal(input.queue) : input.queue;
  const isAborted = () => signal?.aborted === true;
  const { queuePollMs } = deps.settings;
  const pollMs = asWorkerQueue(input.queue) === null ? queuePollMs : Math.min(queuePollMs, askedRefreshMs);
  const waitEnd = deps.clock.monotonicMs() + Math.min(input.waitMs ?? 0, maxWaitMs);
  for (;;) {
    const { tasks, nextDue } = await leaseOnce(deps, {
      queue: input.queue,
      labels,
      owner: input.owner,
      leasedBy: workerKeyOf(principal) ?? null,
      count,
      leaseMs,
    });
    const left = waitEnd - deps.clock.monotonicMs();
    if (tasks.length > 0 || left <= 0 || isAborted()) return tasks;
    const untilDue = nextDue === null ? Infinity : Math.max(1, nextDue - deps.clock.now());
    await deps.notifier.wait(wakeUp, Math.min(left, untilDue, pollMs), signal);
    if (isAborted()) return [];
    if (input.isStillAllowed !== undefined && !(await input.isStillAllowed())) throw invalidCredentials();
  }
}

async function leaseOnce(
  deps: Deps,
  order: {
    queue: string;
    labels: string[];
    owner: string;
    leasedBy: string | null;
    count: number;
    leaseMs: number;
  },
): Promise<{ tasks: LeasedTask[]; nextDue: number | null }> {
  const now = deps.clock.now();
  const [nextDue, unnoted] = await deps.store.readLatest((tx) =>
    Promise.all([
      tx.tasks.nextDue(order.queue, order.labels),
      labelsToNote(tx, order.queue, order.labels, now),
    ]),
  );
  if (unnoted.length > 0) await noteWorker(deps, order.queue, unnoted);
  if (nextDue === null || nextDue > now) return { tasks: [], nextDue };
  const leased = await deps.store.transaction(async (tx) => {
    const tasks = await tx.tasks.lease({
      ...order,
      now,
      maxAttempts: maxTaskAttempts,
      deadline: deadlineOf(order.queue, now),
      newLeaseId: () => deps.ids.id(),
      waitAfterLostLeaseMs: (attempts) => waitAfterLostLease(attempts, order.leaseMs, deps.ids.random()),
    });
    return tasks.length === 0 ? [] : await withFiles(deps, tx, tasks);
  });
  if (leased.length > 0) return { tasks: leased, nextDue: null };
  // A due task that cannot be leased has used up its attempts, or another worker has just leased it.
  await endExhaustedTasks(deps, order.queue);
  return {
    tasks: [],
    nextDue: await deps.store.readLatest((tx) => tx.tasks.nextDue(order.queue, order.labels)),
  };
}

/** Read at lease time, because they may be reported after the images. */
async function withFiles(deps: Deps, tx: Transaction, tasks: readonly Task[]): Promise<LeasedTask[]> {
  const runIds = tasks.flatMap(({ slot, runId }) => (slot === 'diff' && runId !== null ? [runId] : []));
  const secrets = await secretsOfTasks(deps, tx, tasks);
  const [configs, doms] = [await tx.runs.configs(runIds), await tx.runs.doms(runIds)];
  return tasks.map((task) => ({
    ...task,
    runConfig: (task.slot === 'diff' ? configs.get(task.runId ?? 0) : null) ?? null,
    secrets: secrets.get(task.id) ?? null,
    doms: (task.slot === 'diff' ? doms.get(task.runId ?? 0) : null) ?? null,
  }));
}
