import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import { withAnotherBaseline } from '../../domain/runs/baseline.ts';
import type { Run } from '../../domain/model.ts';
import type { RunPlace } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import { changeRelease, settle } from '../releases/change-release.ts';
import type { Deps } from '../deps.ts';
import { saveRuns } from '../runs/save-run.ts';
import { chooseForRun } from './choose-for-run.ts';

/** Runs per transaction. */
const batch = 10_000;

/**
 * Propagates a change of a release, or of verdicts in it, to the releases compared with it: runs that waited for it
 * get their baseline, runs whose baseline is no longer usable get another one, and a release with nothing left to
 * decide becomes good.
 *
 * @param runIds of the runs whose verdict changed; null: the release's own state changed
 */
export async function followUp(
  deps: Deps,
  tx: Transaction,
  releaseId: number,
  runIds: readonly number[] | null,
): Promise<void> {
  const waiting = runIds === null ? await tx.baselines.awaiting(releaseId, batch) : [];
  const lost = await tx.baselines.lostBaselines(releaseId, runIds, batch);
  await chooseAgain(deps, tx, [...waiting, ...lost]);
  for (const id of await tx.baselines.comparedWith(releaseId, runIds)) {
    const release = await tx.releases.lockById(id);
    if (release !== null) await settle(deps, tx, release);
  }
}

/** Gives runs that have waited long enough for a release the best baseline available now. @returns how many */
export async function endWaits(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  const due = await deps.store.read((tx) => tx.baselines.awaitedUntil(now, batch));
  if (due.length === 0) return 0;
  await deps.store.transaction(async (tx) =>
    chooseAgain(deps, tx, await tx.baselines.awaitedUntil(now, batch)),
  );
  return due.length;
}

/**
 * Re-evaluates the baselines of runs of open releases and compares again where they changed.
 *
 * @returns how many changed
 */
export async function chooseAgain(
  deps: Deps,
  tx: Transaction,
  found: readonly RunPlace[],
  actor: string | null = null,
): Promise<number> {
  let changed = 0;
  const byRelease = Map.groupBy(found, ({ releaseId }) => releaseId);
  for (const releaseId of [...byRelease.keys()].sort((a, b) => a - b)) {
    const release = await tx.releases.lockById(releaseId);
    if (release === null || isDecided(release.status)) continue;
    const ids = byRelease.get(releaseId)!.map(({ runId }) => runId);
    const runs = await tx.runs.findMany(releaseId, ids);
    const tasks = await tx.tasks.liveOfRuns(ids);
    const changes: Parameters<typeof saveRuns>[3][number][] = [];
    for (const before of runs) {
      const run = await compareAgain(deps, tx, before);
      if (run !== null) changes.push({ before, run, liveTasks: tasks.get(before.id) ?? [] });
    }
    if (changes.length === 0) continue;
    const isReviewed = release.status === 'reviewing';
    const open = isReviewed ? await changeRelease(deps, tx, release, 'run_requested') : release;
    await saveRuns(deps, tx, open, changes, actor);
    changed += changes.length;
  }
  return changed;
}

/** @returns the run with its new baseline; null if nothing changes */
async function compareAgain(deps: Deps, tx: Transaction, run: Run): Promise<Run | null> {
  const release = { id: run.releaseId, buildId: run.buildId };
  const chosen = await chooseForRun(deps, tx, release, [run.name, ...run.previousNames]);
  const isSame = chosen.choice.rule !== 'waiting' && chosen.run?.id === run.baselineRunId;
  const stillWaits = chosen.choice.rule === 'waiting' && run.baselineChoice?.rule === 'waiting';
  if (isSame && run.baselineChoice?.rule !== 'waiting' && chosen.run !== null) return null;
  if (stillWaits && chosen.choice.release!.id === run.baselineChoice!.release!.id) return null;
  return withAnotherBaseline(run, chosen.run, chosen.choice);
}
