import { attemptsExhausted, maxTaskAttempts, neverReported } from '../domain/tasks.ts';
import type { Run, SlotName, Task } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import { endTask, failSlot, lockTask, reportedFailureOf } from './end-task.ts';
import { saveRuns } from './save-run.ts';

const batch = 100;
/** Runs that fail in one transaction. */
const silentBatch = 500;
/** An upload that died leaves a temporary file; younger ones may still be written. */
const orphanAgeMs = 3_600_000;

export interface SweepResult {
  endedTasks: number;
  failedRuns: number;
  deletedTasks: number;
}

/** Ends what is overdue, so that nothing waits for ever. To be called every few seconds. */
export async function sweep(deps: Deps): Promise<SweepResult> {
  const endedTasks = await endExhaustedTasks(deps);
  const failedRuns = await failSilentRuns(deps);
  const before = deps.clock.now() - deps.settings.keepTasksMs;
  const deletedTasks = await deps.store.transaction((tx) => tx.tasks.deleteEnded(before, batch));
  return { endedTasks, failedRuns, deletedTasks };
}

/** Removes what uploads that died left behind. To be called at start and every hour. @returns how many files */
export async function sweepUploads(deps: Deps): Promise<number> {
  return deps.blobs.sweep(deps.clock.now() - orphanAgeMs);
}

/** Ends tasks whose last lease ran out with no attempt left; what waited for them is failed. */
export async function endExhaustedTasks(deps: Deps, queue?: string): Promise<number> {
  const filter = { now: deps.clock.now(), maxAttempts: maxTaskAttempts, limit: batch };
  const found = await deps.store.read((tx) =>
    tx.tasks.exhausted(queue === undefined ? filter : { ...filter, queue }),
  );
  let ended = 0;
  for (const { queue, id } of found) {
    ended += await deps.store.transaction(async (tx) => {
      const locked = await lockTask(tx, queue, id);
      if (locked === null || !isExhausted(locked.task, deps.clock.now())) return 0;
      const failure =
        (await reportedFailureOf(tx, locked.task)) ?? attemptsExhausted(locked.task.leaseAttempts);
      await endTask(deps, tx, locked, { status: 'error', error: failure.message, failure });
      return 1;
    });
  }
  return ended;
}

function isExhausted(task: Task, now: number): boolean {
  return task.status === 'live' && task.leaseAttempts >= maxTaskAttempts && task.eta <= now;
}

/** Fails runs that wait although no task works on them, once their release has been silent for long. */
async function failSilentRuns(deps: Deps): Promise<number> {
  const changedBefore = deps.clock.now() - deps.settings.silentReleaseMs;
  const stalled = await deps.store.read((tx) => tx.releases.stalled(changedBefore, 10));
  let failed = 0;
  for (const { id } of stalled) {
    let now: number;
    do failed += now = await deps.store.transaction((tx) => failSome(deps, tx, id));
    while (now === silentBatch);
  }
  return failed;
}

async function failSome(deps: Deps, tx: Transaction, releaseId: number): Promise<number> {
  const release = await tx.releases.lockById(releaseId);
  if (release?.status !== 'processing') return 0;
  const runs = await tx.runs.waitingInVain(releaseId, silentBatch);
  const changes = runs.map((run) => ({
    before: run,
    run: failSlot(run, waitingSlot(run), neverReported),
    liveTasks: [],
  }));
  await saveRuns(deps, tx, release, changes, null);
  return changes.length;
}

function waitingSlot(run: Run): SlotName {
  if (run.status === 'needs_diff') return 'diff';
  return run.ref.state === 'requested' && run.current.image !== null ? 'ref' : 'current';
}
