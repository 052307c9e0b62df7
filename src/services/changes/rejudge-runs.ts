import { judgeByPeople, judgeSet, LiveDecisions } from '../../domain/changes/decided-changes.ts';
import type { ChangeDecision, ChangeSet, JudgedSet } from '../../domain/changes/decided-changes.ts';
import { withVerdictFields } from '../../domain/runs/review.ts';
import { isDecidable } from '../../domain/runs/run-status.ts';
import { isPlain } from '../../domain/runs/approvals.ts';
import { approvalRuleOf } from '../runs/approval-rule.ts';
import { setsWithAll } from './run-sets.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { JudgedRun } from '../../ports/store/runs.ts';
import type { Transaction } from '../../ports/store.ts';

interface RejudgeOptions {
  /** Whether the run's verdict goes if no decision is left. */
  isWithdrawn?: (runId: number) => boolean;
  /** The act that they are judged for, with its reason. */
  said?: { operationId: string; note: string | null };
  /** Everyone's latest word counts, also where one person's is enough now. */
  isCountedByPeople?: boolean;
}

export interface Rejudged {
  /** Before. */
  from: JudgedRun;
  to: JudgedRun;
}

/**
 * The verdicts of runs after decisions on their changes, in the release's next version. A verdict from before decisions on
 * changes were kept stays as long as none is there.
 *
 * @param release locked
 * @returns the runs that change; not written yet
 */
export async function rejudgeRuns(
  tx: Transaction,
  release: Release,
  runIds: readonly number[],
  at: number,
  { isWithdrawn = () => false, said, isCountedByPeople }: RejudgeOptions = {},
): Promise<Rejudged[]> {
  if (runIds.length === 0) return [];
  const rule = await approvalRuleOf(tx, release);
  const live = new LiveDecisions(await tx.changes.live(release.id));
  const byPeople = isCountedByPeople ?? !isPlain(rule);
  const runs = await tx.runs.findJudged(release.id, runIds);
  const known = byPeople ? setsWithAll(tx, release.id, runs) : tx.changes.setsOf(release.id, runs);
  const sets = new Map((await known).map((set) => [set.runId, set]));
  const notes = new Map<string, string | null>();
  const changed: Rejudged[] = [];
  // Runs with the same set that no one decided on alone have the same verdict.
  const bySet = new Map<string, JudgedSet>();
  const judge = (run: JudgedRun, set: ChangeSet): JudgedSet => {
    const key = live.ofRun(run.id).length > 0 ? null : run.changeSet;
    const alike = key === null ? undefined : bySet.get(key);
    if (alike !== undefined) return alike;
    const judged = byPeople ? judgeByPeople(set, live, rule) : judgeSet(set, live, rule);
    if (key !== null) bySet.set(key, judged);
    return judged;
  };
  for (const run of runs) {
    const set = sets.get(run.id);
    if (set === undefined || !isDecidable(run.status)) continue;
    const judged = judge(run, set);
    const isOlder =
      judged.verdict === 'none' && live.ofRun(run.id).length === 0 && run.verdictSource !== 'changes';
    if (run.verdict !== 'none' && isOlder && !isWithdrawn(run.id)) continue;
    if (isAsBefore(run, judged)) continue;
    const { verdict, decision, source: verdictSource, openChanges, approvals } = judged;
    const isSaid = decision !== null && decision.operationId === said?.operationId;
    const kept = run.verdict === verdict ? run.verdictNote : null;
    // No act was given: an earlier decision counts again, with its reason.
    const earlier = said === undefined ? decision : null;
    const fields = {
      verdict,
      verdictBy: decision?.actor ?? null,
      verdictAt: decision?.at ?? null,
      verdictSource,
      verdictNote: isSaid ? said.note : earlier === null ? kept : await noteOf(tx, release, earlier, notes),
      approvals,
      originRunId: verdictSource === 'carried' ? (decision?.originRunId ?? null) : null,
      openChanges,
    };
    changed.push({ from: run, to: withVerdictFields(run, fields, { at, version: release.version + 1 }) });
  }
  return changed;
}

/** The reason that was given with a decision, each act read once. */
async function noteOf(
  tx: Transaction,
  { buildId }: Release,
  { operationId, originRunId }: ChangeDecision,
  known: Map<string, string | null>,
): Promise<string | null> {
  if (originRunId !== null) return null;
  if (!known.has(operationId)) {
    const [decision] = await tx.changes.ofOperation(buildId, operationId);
    known.set(operationId, decision?.note ?? null);
  }
  return known.get(operationId) ?? null;
}

function isAsBefore(run: JudgedRun, { verdict, decision, openChanges, approvals }: JudgedSet): boolean {
  if (JSON.stringify(run.approvals) !== JSON.stringify(approvals)) return false;
  if (run.verdict !== verdict || run.openChanges !== openChanges) return false;
  return verdict === 'none' || (run.verdictBy === decision?.actor && run.verdictAt === decision.at);
}
