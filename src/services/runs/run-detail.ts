import type { Principal } from '../../domain/people/access.ts';
import { baselineReason } from '../../domain/runs/baseline.ts';
import { AppError } from '../../base/errors.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { RunHistoryRow } from '../../ports/store/runs.ts';
import type { Deps } from '../deps.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import { baselineSentence } from '../../domain/baselines/sentence.ts';
import { withdrawnBaseline } from '../../domain/baselines/withdrawn.ts';
import type { Withdrawn } from '../../domain/baselines/withdrawn.ts';
import { mainAhead } from '../releases/main-ahead.ts';
import { decisionOnGroup, LiveDecisions } from '../../domain/changes/decided-changes.ts';
import type { ChangeDecision } from '../../domain/changes/decided-changes.ts';
import { changeSetOf } from '../../domain/changes/run-changes.ts';
import type { Transaction } from '../../ports/store.ts';
import { approvalRuleOf } from './approval-rule.ts';
import { inReviewOrder } from './list-runs.ts';

export interface RunDetailInput extends ReleaseName {
  runName: string;
}

export interface RunDetailResult {
  build: Build;
  release: Release;
  run: Run;
  /** The baseline and why it was chosen, as a sentence. */
  baselineReason: string;
  /** The release of the baseline, if any. */
  baselineRelease: Release | null;
  /** That a reviewer said no to the baseline later. */
  withdrawn: Withdrawn | null;
  /** Releases of main that are newer than the baseline's; null where that does not apply. */
  mainAhead: number | null;
  /** Where the verdict was taken over from; null if it was given here. */
  verdictOrigin: VerdictSource | null;
  /** The former name of a new page that shows the same as a missing one. */
  renamedFrom: string | null;
  /** What changed, largest first as reported, each with the decision that counts for this run. */
  changes: DecidedRunChange[];
  /** In review order. */
  position: { index: number; total: number; previous: string | null; next: string | null };
  /** Runs of the same name in this build's other releases, newest first. */
  history: (RunHistoryRow & { release: Release })[];
  /** Its live tasks, with their latest message. */
  tasks: Task[];
}

export interface VerdictSource {
  runId: number;
  runName: string;
  release: Release;
  /** `judged`: by a person; `accepted`: the image was accepted on the history, without a verdict. */
  reason: 'judged' | 'accepted';
}

export interface DecidedRunChange {
  fingerprint: string;
  /** Null: it waits for a decision. */
  decision: ChangeDecision | null;
  /** Other runs of the release in which it waits for one; none once it is decided for all of them. */
  otherOpenRuns: number;
}

const historyLength = 50;

export async function runDetail(
  deps: Deps,
  principal: Principal,
  input: RunDetailInput,
): Promise<RunDetailResult> {
  return deps.store.read(async (tx) => {
    const { build, release } = await findReleaseToRead(tx, principal, input);
    const run = await tx.runs.find(release.id, input.runName);
    if (run === null) {
      throw new AppError(
        'not_found',
        `Release "${release.name}" number ${release.number} has no run "${input.runName.slice(0, 255)}".`,
        { details: { parameter: 'run_name' } },
      );
    }
    const missing = run.status === 'no_diff_needed' ? await tx.baselines.missingOf(release.id) : [];
    const rows = inReviewOrder(await tx.runs.rows(release.id));
    const index = rows.findIndex((row) => row.id === run.id);
    const history = await tx.runs.history(build.id, run.name, historyLength);
    const baselineRun = run.baselineRunId === null ? null : await tx.runs.findById(run.baselineRunId);
    const originRun = run.verdictOrigin === null ? null : await tx.runs.findById(run.verdictOrigin.runId);
    const wanted = new Set(history.map((row) => row.releaseId));
    if (baselineRun !== null) wanted.add(baselineRun.releaseId);
    if (originRun !== null) wanted.add(originRun.releaseId);
    const releases = new Map((await tx.releases.findMany([...wanted])).map((found) => [found.id, found]));
    const originRelease = originRun === null ? undefined : releases.get(originRun.releaseId);
    const baselineRelease = baselineRun === null ? null : (releases.get(baselineRun.releaseId) ?? null);
    return {
      build,
      release,
      run,
      baselineReason:
        run.baselineChoice === null
          ? baselineReason(run, baselineRelease)
          : baselineSentence(run.baselineChoice),
      baselineRelease,
      withdrawn: baselineRelease === null ? null : withdrawnBaseline(run, baselineRun!, baselineRelease),
      mainAhead: baselineRelease === null ? null : await mainAhead(tx, build, release, [baselineRelease]),
      verdictOrigin:
        originRun === null || originRelease === undefined
          ? null
          : {
              runId: originRun.id,
              runName: originRun.name,
              release: originRelease,
              reason: run.verdictBy === serverActor ? 'accepted' : 'judged',
            },
      changes: await decidedChanges(tx, release, run),
      renamedFrom: missing.find(({ renamed }) => renamed?.runId === run.id)?.name ?? null,
      position: {
        index,
        total: rows.length,
        previous: rows[index - 1]?.name ?? null,
        next: rows[index + 1]?.name ?? null,
      },
      history: history.map((row) => ({ ...row, release: releases.get(row.releaseId)! })),
      tasks: await tx.tasks.liveOfRun(run.id),
    };
  });
}

async function decidedChanges(tx: Transaction, release: Release, run: Run): Promise<DecidedRunChange[]> {
  const { fingerprints } = changeSetOf(run);
  if (fingerprints.length === 0) return [];
  const live = new LiveDecisions(await tx.changes.live(run.releaseId, { runId: run.id, fingerprints }));
  const rule = await approvalRuleOf(tx, release);
  // Where a person left a run out of a decision on all of them, that is no reason to point there.
  const undecided = fingerprints.filter(
    (fingerprint) => decisionOnGroup(fingerprint, live, rule).decision === null,
  );
  const open = await tx.changes.openRuns(run.releaseId, undecided);
  const own = run.verdict === 'none' ? 1 : 0;
  return fingerprints.map((fingerprint) => ({
    fingerprint,
    decision: live.on(fingerprint, run.id),
    otherOpenRuns: Math.max(0, (open.get(fingerprint) ?? 0) - own),
  }));
}
