import { judgeSet, LiveDecisions } from '../../domain/changes/decided-changes.ts';
import { decisionsOnParts, ownDecisions } from '../../domain/changes/own-decisions.ts';
import { isPlain } from '../../domain/runs/approvals.ts';
import type { RuleOf } from '../runs/approval-rule.ts';
import { areSameChanges, changeSetOf, changesOf } from '../../domain/changes/run-changes.ts';
import { factsOf, isReviewable, noVerdict, runStatus } from '../../domain/runs/run-status.ts';
import { verdictOnSameImage } from '../../domain/runs/run-restart.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { JudgedChange } from '../../ports/store/changes.ts';
import type { Transaction } from '../../ports/store.ts';
import { findVerdict } from '../baselines/find-verdict.ts';
import type { Deps } from '../deps.ts';

/** A changed run before it is written, or after. */
export interface ChangedRun {
  /** Before the change. */
  release: Release;
  /** Null for a new run. */
  before: Run | null;
  run: Run;
  /** Earlier decisions that its verdict repeats. */
  repeats?: readonly JudgedChange[];
}

/**
 * The verdict of a run that now needs one, or has other changes than before: from decisions on its changes, or from an
 * earlier verdict on the same image or the same changes.
 */
export async function withKnownVerdict<R extends ChangedRun>(
  deps: Deps,
  tx: Transaction,
  changed: R,
  ruleOf: RuleOf,
): Promise<R> {
  const { release, before, run } = changed;
  const set = changeSetOf(run);
  const hasOtherChanges = set.fingerprints.length > 0 && (before === null || !areSameChanges(before, run));
  const isRestarted = before?.shard?.attempt !== run.shard?.attempt;
  const asksNow = before === null || !isReviewable(before.status) || isRestarted || hasOtherChanges;
  if (!isReviewable(run.status) || !asksNow) return changed;
  const isStale = run.verdictSource === 'changes' || (run.verdictSource === 'carried' && hasOtherChanges);
  const open = isStale ? withStatus({ ...run, ...noVerdict }) : run;
  if (open.verdict !== 'none') return { ...changed, run: { ...open, openChanges: 0 } };
  const decisions =
    set.fingerprints.length === 0
      ? []
      : await tx.changes.live(release.id, { runId: run.id, fingerprints: set.fingerprints });
  const live = new LiveDecisions(decisions);
  const rule = await ruleOf(release);
  const { verdict, decision, source, openChanges, approvals } = judgeSet(set, live, rule);
  if (decision !== null) {
    const { actor, at } = decision;
    const given = { verdict, verdictBy: actor, verdictAt: at, verdictSource: source, approvals };
    return { ...changed, run: withStatus({ ...open, ...given, openChanges }) };
  }
  const asked = { ...open, openChanges, approvals };
  const earlier = verdictOnSameImage(asked);
  const isOpen = (fingerprint: string) => !isPlain(rule) || live.on(fingerprint, run.id) === null;
  const uncovered = set.isComplete ? set.fingerprints.filter(isOpen) : [];
  const taken =
    earlier === null
      ? await findVerdict(deps, tx, release, asked, uncovered, rule)
      : { ...earlier, approvals: [], repeats: [] };
  if (taken === null) return { ...changed, run: asked };
  const { verdict: known, verdictBy, verdictAt, verdictOrigin, repeats } = taken;
  // Those of others here and the ones that are taken over are not added up: whichever are more count.
  const people = taken.approvals.length >= approvals.length ? taken.approvals : approvals;
  if (known === 'none') return { ...changed, run: { ...asked, approvals: people }, repeats };
  const verdictSource = verdictOrigin === null ? 'person' : 'carried';
  const judged: Run = {
    ...asked,
    ...{ verdict: known, verdictBy, verdictAt, verdictOrigin, verdictSource, approvals: people },
    earlierVerdict: null,
    openChanges: 0,
  };
  return { ...changed, run: withStatus(judged), repeats };
}

function withStatus(run: Run): Run {
  return { ...run, status: runStatus(factsOf(run)) };
}

/** Under which decisions are kept that no caller gave. */
const carried = 'carried';

/** Writes down what changed in written runs, and what their verdicts say about it. */
export async function noteChanges(
  tx: Transaction,
  written: readonly ChangedRun[],
  actor: string | null,
  now: number,
): Promise<void> {
  await withdrawCleared(tx, written, actor ?? carried, now);
  const others = written.filter((changed) => {
    const { before, run } = changed;
    if (hasCarriedPeople(changed)) return true;
    return before === null ? changesOf(run).length > 0 : !areSameChanges(before, run);
  });
  if (others.length === 0) return;
  const had = others.flatMap(({ before }) =>
    before === null || changesOf(before).length === 0 ? [] : [before.id],
  );
  if (had.length > 0) await tx.changes.withdraw(had, actor ?? carried, now);
  await tx.changes.list(others.map(({ run }) => ({ run, changes: changesOf(run) })));
  const decisions = others.flatMap((changed) => {
    const { release, run, repeats = [] } = changed;
    const isDecidedHere =
      run.verdictSource === 'changes' || (run.approvals.length > 0 && !hasCarriedPeople(changed));
    if (isDecidedHere || (run.verdict === 'none' && run.approvals.length === 0)) return [];
    const place = { buildId: run.buildId, releaseId: run.releaseId, version: release.version + 1 };
    return carriedDecisions(run, repeats, now).map((decision) => ({
      ...decision,
      ...place,
      note: null,
      seenRunId: null,
    }));
  });
  if (decisions.length > 0) await tx.changes.decide(decisions);
}

/** Whether approvals of several people were taken over just now. */
function hasCarriedPeople({ run, repeats }: ChangedRun): boolean {
  return run.approvals.length > 0 && repeats !== undefined;
}

/** Kept for the run alone: no one has looked at these changes here, so they are never taken over from it. */
function carriedDecisions(run: Run, repeats: readonly JudgedChange[], now: number) {
  const set = changeSetOf(run);
  const origin = run.verdictOrigin?.runId ?? run.id;
  const repeat = (of: JudgedChange | undefined) => ({
    originDecisionId: of?.decisionId ?? null,
    originRunId: of?.runId ?? origin,
  });
  if (run.approvals.length === 0) {
    const repeated = new Map(repeats.map((judged) => [judged.fingerprint, judged]));
    const act = { actor: run.verdictBy ?? carried, at: run.verdictAt ?? now, operationId: carried };
    return ownDecisions(set, run.verdict, act, (fingerprint) => repeat(repeated.get(fingerprint)));
  }
  if (repeats.length > 0) {
    return repeats.map((judged) => ({
      runId: run.id,
      ...{ fingerprint: judged.fingerprint, verdict: 'approved' as const },
      ...{ actor: judged.actor, at: judged.at, operationId: carried },
      ...repeat(judged),
    }));
  }
  return run.approvals.flatMap(({ by, at }) =>
    decisionsOnParts(set, 'approved', { actor: by, at, operationId: carried }, () => repeat(undefined)),
  );
}

/** The words of people on a run that must be looked at again count no longer. */
async function withdrawCleared(
  tx: Transaction,
  written: readonly ChangedRun[],
  actor: string,
  now: number,
): Promise<void> {
  const cleared = written.flatMap(({ before, run }) =>
    before !== null && before.approvals.length > 0 && run.approvals.length === 0 ? [run.id] : [],
  );
  if (cleared.length > 0) await tx.changes.withdraw(cleared, actor, now);
}
