import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import { withAnotherBaseline } from '../../domain/runs/baseline.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { RunPlace } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import { changeRelease } from '../releases/change-release.ts';
import type { Deps } from '../deps.ts';
import { noteEvent } from '../events/note-event.ts';
import { saveRuns } from '../runs/save-run.ts';
import { chooseForRun } from './choose-for-run.ts';

/** Runs per transaction, so that other requests need not wait for more. */
export const chosenAtOnce = 20;

export interface ChosenAgain {
  /** Runs that have another baseline. */
  changed: number;
  /** Their releases, which may be settled now. */
  releaseIds: number[];
}

/**
 * Chooses the baseline of runs of open releases again, and compares them again where it is another one.
 *
 * @param found up to {@link chosenAtOnce} where others must not wait
 * @param settles false: the caller settles the releases once it has chosen for all runs
 */
export async function chooseAgain(
  deps: Deps,
  tx: Transaction,
  found: readonly RunPlace[],
  { actor = null, settles = true }: { actor?: string | null; settles?: boolean } = {},
): Promise<ChosenAgain> {
  const chosen: ChosenAgain = { changed: 0, releaseIds: [] };
  const byRelease = Map.groupBy(found, ({ releaseId }) => releaseId);
  for (const releaseId of [...byRelease.keys()].sort((a, b) => a - b)) {
    const release = await tx.releases.lockById(releaseId);
    if (release === null || isDecided(release.status)) continue;
    const ids = byRelease.get(releaseId)!.map(({ runId }) => runId);
    const runs = await tx.runs.findMany(releaseId, ids);
    const tasks = await tx.tasks.liveOfRuns(ids);
    const changes: Parameters<typeof saveRuns>[3][number][] = [];
    for (const before of runs) {
      const run = await anotherBaseline(deps, tx, before);
      if (run !== null) changes.push({ before, run, liveTasks: tasks.get(before.id) ?? [] });
    }
    if (changes.length === 0) continue;
    const isReviewed = release.status === 'reviewing';
    const open = isReviewed ? await changeRelease(deps, tx, release, 'run_requested') : release;
    if (isReviewed) await noteEvent(deps, tx, open, { type: 'release.baseline_changed', actor });
    await saveRuns(deps, tx, open, changes, actor, { settles });
    chosen.changed += changes.length;
    chosen.releaseIds.push(releaseId);
  }
  return chosen;
}

/** @returns the run with its new baseline; null: it stays as it is */
async function anotherBaseline(deps: Deps, tx: Transaction, run: Run): Promise<Run | null> {
  const release = { id: run.releaseId, buildId: run.buildId };
  const chosen = await chooseForRun(deps, tx, release, [run.name, ...run.previousNames]);
  const isSame = chosen.choice.rule !== 'waiting' && chosen.run?.id === run.baselineRunId;
  const stillWaits = chosen.choice.rule === 'waiting' && run.baselineChoice?.rule === 'waiting';
  if (isSame && run.baselineChoice?.rule !== 'waiting' && chosen.run !== null) return null;
  if (stillWaits && chosen.choice.release!.id === run.baselineChoice!.release!.id) return null;
  return withAnotherBaseline(run, chosen.run, chosen.choice);
}
