import { actorOf } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { AppError } from '../domain/errors.ts';
import { checkName } from '../domain/names.ts';
import { isDecided } from '../domain/release-lifecycle.ts';
import { judgeVerdict, withVerdict } from '../domain/review.ts';
import type { VerdictOutcome } from '../domain/review.ts';
import type { Release, Run, Verdict } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import type { Deps } from './deps.ts';
import { lockReleaseToUse } from './find-build.ts';
import type { ReleaseName } from './find-build.ts';

export interface ReviewRunsInput extends ReleaseName {
  /** `none` takes a verdict back; an undo gives each run the verdict that it had. */
  runs: readonly { runId: number; verdict: Verdict; version?: number | undefined }[];
  /** Chosen by the client: the same operation again changes nothing and gets the same answer. */
  operationId: string;
  note?: string | undefined;
}

export interface RunVerdictResult {
  runId: number;
  outcome: VerdictOutcome | 'not_found';
  /** As it is now, with who decided and when. */
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  version: number;
  /** What it was before this operation: what an undo gives back. */
  previousVerdict: Verdict;
}

export interface ReviewRunsResult {
  release: Release;
  results: RunVerdictResult[];
}

const maxRuns = 10_000;

/** Approves, rejects or takes back, for one run or many in one transaction. Conflicts are data, run by run. */
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
    const decision = { actor: actorOf(principal), at: deps.clock.now(), version: release.version + 1 };
    const runs = await tx.runs.findMany(release.id, [...new Set(input.runs.map((wanted) => wanted.runId))]);
    const byId = new Map(runs.map((run) => [run.id, run]));
    const results: RunVerdictResult[] = [];
    const changed: number[] = [];
    for (const wanted of input.runs) {
      const run = byId.get(wanted.runId);
      if (run === undefined) {
        results.push(missing(wanted.runId));
        continue;
      }
      const earlier = await tx.activity.findOperation(`run:${run.id}`, input.operationId);
      if (earlier !== null) {
        results.push(answer(run, 'changed', earlier.detail.from as Verdict));
        continue;
      }
      const outcome = judgeVerdict(run, wanted.verdict, wanted.version);
      if (outcome !== 'changed') {
        results.push(answer(run, outcome, run.verdict));
        continue;
      }
      if (isDecided(release.status)) throw decided(release);
      const after = withVerdict(run, wanted.verdict, decision);
      await tx.runs.update(after);
      await log(tx, after, run.verdict, decision, input);
      byId.set(run.id, after);
      changed.push(run.id);
      results.push(answer(after, 'changed', run.verdict));
    }
    if (changed.length === 0) return { release, results };
    const moved = { ...release, version: decision.version, updatedAt: decision.at };
    await tx.releases.update(moved);
    tx.afterCommit(() => {
      deps.feed.publish({
        buildId: release.buildId,
        releaseId: release.id,
        runIds: changed,
        version: decision.version,
        actor: decision.actor,
      });
    });
    return { release: moved, results };
  });
}

async function log(
  tx: Transaction,
  run: Run,
  from: Verdict,
  decision: { actor: string; at: number },
  input: ReviewRunsInput,
): Promise<void> {
  const kinds = {
    approved: 'run_approved',
    rejected: 'run_rejected',
    none: 'run_verdict_taken_back',
  } as const;
  await tx.activity.insert({
    at: decision.at,
    buildId: run.buildId,
    releaseId: run.releaseId,
    runId: run.id,
    actor: decision.actor,
    kind: kinds[run.verdict],
    detail: { from, to: run.verdict, ...(input.note === undefined ? {} : { note: input.note }) },
    subject: `run:${run.id}`,
    operationId: input.operationId,
  });
}

function answer(run: Run, outcome: VerdictOutcome, previousVerdict: Verdict): RunVerdictResult {
  return {
    runId: run.id,
    outcome,
    verdict: run.verdict,
    verdictBy: run.verdictBy,
    verdictAt: run.verdictAt,
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
    version: 0,
    previousVerdict: 'none',
  };
}

function decided(release: Release): AppError {
  return new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}; put it back to reviewing to change what was approved.`,
    { details: { status: release.status, decided_by: release.decidedBy } },
  );
}
