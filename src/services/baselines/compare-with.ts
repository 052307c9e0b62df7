import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { isBaseline, withAnotherBaseline } from '../../domain/runs/baseline.ts';
import type { BaselineChoice } from '../../domain/baselines/choose-baseline.ts';
import { isOnMain } from '../../domain/baselines/placed-release.ts';
import { AppError } from '../../base/errors.ts';
import { noVerdict } from '../../domain/runs/run-status.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import { noteEvent } from '../events/note-event.ts';
import { changeRelease } from '../releases/change-release.ts';
import type { Deps } from '../deps.ts';
import { findReleaseToRead, lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { saveRuns } from '../runs/save-run.ts';
import { chooseAgain, chosenAtOnce } from './choose-again.ts';
import { runSubject } from '../runs/run-verdict-entry.ts';

export interface CompareAgainInput extends ReleaseName {
  /** Default: all runs of the release. */
  runIds?: readonly number[] | undefined;
}

export interface CompareWithInput extends ReleaseName {
  runId: number;
  baselineName: string;
  baselineNumber: number;
}

/**
 * Re-evaluates the baselines that the server chose and compares again where they changed.
 *
 * @returns the release, and the number of runs whose baseline changed
 * @throws AppError `invalid_transition` when the release is decided
 */
export async function compareAgain(
  deps: Deps,
  principal: Principal,
  input: CompareAgainInput,
): Promise<{ release: Release; changed: number }> {
  const first = await deps.store.transaction(async (tx) => {
    const release = await lockToCompare(tx, principal, input);
    const ids = input.runIds ?? (await tx.runs.rows(release.id)).map(({ id }) => id);
    return { release, ids: [...new Set(ids)] };
  });
  let { release } = first;
  let changed = 0;
  for (let start = 0; start < first.ids.length; start += chosenAtOnce) {
    const ids = first.ids.slice(start, start + chosenAtOnce);
    await deps.store.transaction(async (tx) => {
      const locked = await lockToCompare(tx, principal, input);
      const runs = (await tx.runs.findMany(locked.id, ids)).filter(({ baselineChoice }) =>
        isOfServer(baselineChoice),
      );
      const places = runs.map(({ id }) => ({ releaseId: locked.id, runId: id }));
      const chosen = await chooseAgain(deps, tx, places, { actor: actorOf(principal) });
      changed += chosen.changed;
      release = (await tx.releases.findById(locked.id))!;
    });
  }
  return { release, changed };
}

/** @throws AppError `not_found` if that release has no usable image of the page */
export async function compareWith(
  deps: Deps,
  principal: Principal,
  input: CompareWithInput,
): Promise<{ release: Release; baselineRunId: number }> {
  return deps.store.transaction(async (tx) => {
    const release = await lockToCompare(tx, principal, input);
    const [before] = await tx.runs.findMany(release.id, [input.runId]);
    if (before === undefined) {
      throw new AppError('not_found', `There is no run ${input.runId} in ${labelOf(release)}.`, {
        details: { parameter: 'run_id' },
      });
    }
    const other = await findReleaseToRead(tx, principal, {
      buildId: input.buildId,
      releaseName: input.baselineName,
      releaseNumber: input.baselineNumber,
    });
    const baseline = await pageIn(tx, other.release, before);
    if (baseline === null) {
      throw new AppError(
        'not_found',
        `${labelOf(other.release)} has no usable screenshot of ${JSON.stringify(before.name)}. Choose another release.`,
        { details: { parameter: 'baseline_name' } },
      );
    }
    const run = await picked(tx, before, baseline);
    const isReviewed = release.status === 'reviewing';
    const open = isReviewed ? await changeRelease(deps, tx, release, 'run_requested') : release;
    const liveTasks = (await tx.tasks.liveOfRuns([before.id])).get(before.id) ?? [];
    const actor = actorOf(principal);
    if (isReviewed) await noteEvent(deps, tx, open, { type: 'release.baseline_changed', actor });
    const { release: after } = await saveRuns(deps, tx, open, [{ before, run, liveTasks }], actor);
    await tx.activity.insert({
      at: deps.clock.now(),
      buildId: release.buildId,
      releaseId: release.id,
      runId: before.id,
      actor,
      kind: 'baseline_changed',
      detail: { from: before.baselineRunId, to: baseline.id, release: labelOf(other.release) },
      subject: runSubject(before.id),
      operationId: null,
    });
    return { release: after, baselineRunId: baseline.id };
  });
}

async function lockToCompare(tx: Transaction, principal: Principal, key: ReleaseName): Promise<Release> {
  const release = await lockReleaseToUse(tx, principal, key);
  if (!isDecided(release.status)) return release;
  throw new AppError(
    'invalid_transition',
    `${labelOf(release)} is ${release.status}, so its comparisons cannot change. Reopen its review first.`,
    { details: { status: release.status } },
  );
}

async function pageIn(tx: Transaction, release: Release, run: Run): Promise<Run | null> {
  if (release.id === run.releaseId) return null;
  for (const name of [run.name, ...run.previousNames]) {
    const found = await tx.runs.find(release.id, name);
    if (found !== null && isBaseline(found)) return found;
  }
  return null;
}

async function picked(tx: Transaction, run: Run, baseline: Run): Promise<Run> {
  const { release } = (await tx.baselines.find(baseline.releaseId))!;
  const { settings } = await tx.baselines.signs(run.buildId);
  const own = (await tx.baselines.find(run.releaseId))!.release;
  const choice: BaselineChoice = {
    rule: 'picked',
    release: {
      id: release.id,
      name: release.name,
      number: release.number,
      branch: release.branch,
      commit: release.headCommit ?? release.commit,
    },
    runId: baseline.id,
    match: null,
    commit: null,
    commitsBefore: 0,
    isMerged: false,
    isUnreviewed: false,
    isOnMain: isOnMain(release, settings),
    isRunOnMain: isOnMain(own, settings),
    historyNote: null,
    previousName: baseline.name === run.name ? null : baseline.name,
    waitUntil: null,
    others: run.baselineChoice?.others ?? [],
  };
  return {
    ...withAnotherBaseline(run, baseline, choice),
    ...noVerdict,
  };
}

/** Whether the server made the choice; one made by a person or a client stays. */
function isOfServer(choice: BaselineChoice | null): boolean {
  return choice !== null && choice.rule !== 'picked';
}

function labelOf({ name, number }: Release): string {
  return `Release "${name}" number ${number}`;
}
