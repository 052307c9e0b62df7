import { isStorageTrouble } from '../../base/errors.ts';
import { attemptsExhausted, maxTaskAttempts, neverReported } from '../../domain/tasks/tasks.ts';
import type { Run, SlotName } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Deps } from '../deps.ts';
import { endTask, failSlot, lockTask, reportedFailureOf } from '../tasks/end-task.ts';
import { saveRuns } from '../runs/save-run.ts';
import { findSilentShards } from '../shards/find-silent-shards.ts';
import { endWaits } from '../baselines/follow-up.ts';

const batch = 100;
/** Runs failed per transaction. */
const silentBatch = 500;
/** Minimum age of a dead upload's temporary file; younger ones may still be in use. */
const orphanAgeMs = 3_600_000;

export interface SweepResult {
  endedTasks: number;
  failedRuns: number;
}

/** Ends overdue tasks and runs. Call every few seconds. */
export async function sweep(deps: Deps): Promise<SweepResult> {
  const endedTasks = await endExhaustedTasks(deps);
  const failedRuns = await failSilentRuns(deps);
  await endWaits(deps);
  await findSilentShards(deps);
  return { endedTasks, failedRuns };
}

/** Removes leftovers of dead uploads. Call at start and every hour. @returns how many files */
export async function sweepUploads(deps: Deps): Promise<number> {
  return deps.blobs.sweep(deps.clock.now() - orphanAgeMs);
}

/** Ends tasks whose last lease has expired with no attempt left; their runs fail. */
export async function endExhaustedTasks(deps: Deps, queue?: string): Promise<number> {
  const filter = { now: deps.clock.now(), maxAttempts: maxTaskAttempts, limit: batch };
  const found = await deps.store.read((tx) =>
    tx.tasks.exhausted(queue === undefined ? filter : { ...filter, queue }),
  );
  let ended = 0;
  for (const { queue, id } of found) {
    ended += await orSkip(deps, { queue, task: id }, () =>
      deps.store.transaction(async (tx) => {
        const locked = await lockTask(tx, queue, id);
        if (locked === null || !isExhausted(locked.task, deps.clock.now())) return 0;
        const failure =
          (await reportedFailureOf(tx, locked.task)) ?? attemptsExhausted(locked.task.leaseAttempts);
        await endTask(deps, tx, locked, { status: 'error', error: failure.message, failure });
        return 1;
      }),
    );
  }
  return ended;
}

/** A failure does not block the others. */
async function orSkip(
  { logger }: Deps,
  what: Record<string, unknown>,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (isStorageTrouble(error)) throw error;
    logger.error('An overdue task or run could not be ended; retrying.', {
      ...what,
      problem: String(error),
    });
    return 0;
  }
}

function isExhausted(task: Task, now: number): boolean {
  return task.status === 'live' && task.leaseAttempts >= maxTaskAttempts && task.eta <= now;
}

/**
 * Fails waiting runs without a task once their release has been silent for too long. Releases whose runs have tasks
 * are not read at all.
 */
async function failSilentRuns(deps: Deps): Promise<number> {
  const changedBefore = deps.clock.now() - deps.settings.silentReleaseMs;
  const stalled = await deps.store.read((tx) => tx.releases.stalled(changedBefore, batch));
  let failed = 0;
  for (const { id } of stalled) {
    // Failing one run resets the silence, so all of them must fail now.
    for (let count = silentBatch; count === silentBatch;) {
      count = await orSkip(deps, { release: id }, () => failAbandoned(deps, id));
      failed += count;
    }
  }
  return failed;
}

async function failAbandoned(deps: Deps, releaseId: number): Promise<number> {
  return deps.store.transaction(async (tx) => {
    const release = await tx.releases.lockById(releaseId);
    if (release?.status !== 'processing') return 0;
    const runs = await tx.runs.abandoned(releaseId, silentBatch);
    const changes = runs.map((run) => ({
      before: run,
      run: failSlot(run, waitingSlot(run), neverReported),
      liveTasks: [],
    }));
    await saveRuns(deps, tx, release, changes, null);
    return changes.length;
  });
}

function waitingSlot(run: Run): SlotName {
  if (run.status === 'needs_diff') return 'diff';
  return run.ref.state === 'requested' && run.current.image !== null ? 'ref' : 'current';
}
