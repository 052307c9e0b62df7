import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import { isPlain } from '../../domain/runs/approvals.ts';
import { judgeVerdict, withVerdict } from '../../domain/runs/review.ts';
import type { VerdictOutcome } from '../../domain/runs/review.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import { ownDecisions } from '../../domain/changes/own-decisions.ts';
import type { Transaction } from '../../ports/store.ts';
import type { JudgedRun } from '../../ports/store/runs.ts';
import type { Deps } from '../deps.ts';
import { lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { judgeRemovals } from '../baselines/renamed-pages.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import { settle } from '../releases/change-release.ts';
import { touchRelease } from '../releases/touch-release.ts';
import { approvalRuleOf } from './approval-rule.ts';
import { judgeByPeople } from './judge-by-people.ts';
import { runSubject, runVerdictEntry } from './run-verdict-entry.ts';

export interface ReviewRunsInput extends ReleaseName {
  /** `none` removes a verdict; an undo restores each run's previous verdict. */
  runs: readonly { runId: number; verdict: Verdict; version?: number | undefined }[];
  /** Chosen by the client: repeating an operation changes nothing and returns the same answer. */
  operationId: string;
  note?: string | undefined;
}

export interface RunVerdictResult {
  runId: number;
  outcome: VerdictOutcome | 'not_found';
  /** The current verdict, with actor and time. */
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  /** Who approved it so far, where several people must. */
  approvedBy: string[];
  version: number;
  /** The verdict before this operation, for undo. */
  previousVerdict: Verdict;
}

export interface ReviewRunsResult {
  release: Release;
  results: RunVerdictResult[];
}

const maxRuns = 10_000;

/** Approves, rejects or clears verdicts of one or more runs in one transaction. Conflicts are returned run by run. */
export async function reviewRuns(
  deps: Deps,
  principal: Principal,
  input: ReviewRunsInput,
): Promise<ReviewRunsResult> {
  checkName('operation_id', input.operationId);
  if (input.runs.length === 0 || input.runs.length > maxRuns) {
    throw new AppError('invalid_argument', `runs must name 1 to ${maxRuns} runs, got ${input.runs.length}.`, {
      details: { parameter: 'runs' },
    });
  }
  return deps.store.transaction(async (tx) => {
    const release = await lockReleaseToUse(tx, principal, input);
    const note = input.note?.trim() || null;
    const decision = { actor: actorOf(principal), at: deps.clock.now(), version: release.version + 1, note };
    const ids = [...new Set(input.runs.map((wanted) => wanted.runId))];
    const runs = new Map((await tx.runs.findJudged(release.id, ids)).map((run) => [run.id, run]));
    const subjects = [...runs.keys()].map(runSubject);
    const earlier = await tx.activity.findOperations(subjects, input.operationId);
    const before = new Map([...earlier].map(([subject, { detail }]) => [subject, detail.from as Verdict]));
    const rule = await approvalRuleOf(tx, release);
    const voter = { actor: decision.actor, rule };
    const wantedVerdicts = new Map<number, Verdict>();
    let changed: JudgedRun[] = [];
    const judged = input.runs.map(({ runId, verdict, version }): RunVerdictResult => {
      const run = runs.get(runId);
      if (run === undefined) return missing(runId);
      const previous = before.get(runSubject(runId));
      if (previous !== undefined) return answer(run, 'changed', previous);
      const outcome = judgeVerdict(run, verdict, version, voter);
      if (outcome !== 'changed') return answer(run, outcome, run.verdict);
      // Accepting that something was not looked at needs a reason that others can read.
      if (run.status === 'failed' && verdict === 'approved' && note === null) {
        return answer(run, 'reason_missing', run.verdict);
      }
      if (isDecided(release.status)) throw decided(release);
      wantedVerdicts.set(runId, verdict);
      if (!isPlain(rule)) {
        before.set(runSubject(runId), run.verdict);
        return answer(run, 'changed', run.verdict);
      }
      const after = withVerdict(run, verdict, decision);
      runs.set(runId, after);
      before.set(runSubject(runId), run.verdict);
      changed.push(after);
      return answer(after, 'changed', run.verdict);
    });
    if (wantedVerdicts.size === 0) return { release, results: judged };
    if (isPlain(rule)) await noteOwnDecisions(tx, release, changed, decision, input);
    else {
      const act = { ...decision, operationId: input.operationId };
      changed = (await judgeByPeople(tx, release, wantedVerdicts, act)).map(({ to }) => to);
    }
    const after = new Map(changed.map((run) => [run.id, run]));
    const results = judged.map((result): RunVerdictResult => {
      const run = after.get(result.runId);
      return run === undefined
        ? result
        : answer(run, result.outcome as VerdictOutcome, result.previousVerdict);
    });
    if (changed.length === 0) return { release, results };
    await tx.runs.judgeMany(changed);
    await judgeRemovals(tx, release, changed, decision);
    await tx.activity.insertMany(
      changed.map((run) =>
        runVerdictEntry(
          release,
          { ...run, verdict: wantedVerdicts.get(run.id)! },
          before.get(runSubject(run.id))!,
          decision,
          { ...input, ...(rule.required > 1 && { approvals: run.approvals.length, needed: rule.required }) },
        ),
      ),
    );
    const runIds = changed.map(({ id }) => id);
    const moved = await touchRelease(deps, tx, release, { actor: decision.actor });
    const settled = await settle(deps, tx, moved);
    await noteFollowUp(deps, tx, release.id, runIds);
    return { release: settled, results };
  });
}

/** Records what the verdicts say about each change of the runs. */
async function noteOwnDecisions(
  tx: Transaction,
  { id: releaseId, buildId }: Release,
  judged: readonly JudgedRun[],
  { actor, at, version }: { actor: string; at: number; version: number },
  { operationId, note = null }: { operationId: string; note?: string | null | undefined },
): Promise<void> {
  const verdicts = new Map(judged.map(({ id, verdict }) => [id, verdict]));
  const withChanges = judged.filter(({ changeCount }) => changeCount > 0);
  if (withChanges.length === 0) return;
  const sets = await tx.changes.setsOf(releaseId, withChanges);
  const decisions = sets.flatMap((set) =>
    ownDecisions(set, verdicts.get(set.runId)!, { actor, at, operationId }),
  );
  const act = { buildId, releaseId, version, note };
  await tx.changes.decide(decisions.map((decision) => ({ ...decision, ...act, seenRunId: decision.runId })));
}

function answer(run: JudgedRun, outcome: VerdictOutcome, previousVerdict: Verdict): RunVerdictResult {
  return {
    runId: run.id,
    outcome,
    verdict: run.verdict,
    verdictBy: run.verdictBy,
    verdictAt: run.verdictAt,
    approvedBy: run.approvals.map(({ by }) => by),
    version: run.version,
    previousVerdict,
  };
}

function missing(runId: number): RunVerdictResult {
  return {
    runId,
    outcome: 'not_found',
    verdict: 'none',
    verdictBy: null,
    verdictAt: null,
    approvedBy: [],
    version: 0,
    previousVerdict: 'none',
  };
}

export function decided(release: Release): AppError {
  return new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}; reopen its review to change verdicts.`,
    { details: { status: release.status, decided_by: release.decidedBy } },
  );
}
