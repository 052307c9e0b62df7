import { judgeSet, LiveDecisions } from '../../domain/changes/decided-changes.ts';
import type { JudgedSet } from '../../domain/changes/decided-changes.ts';
import { withVerdictFields } from '../../domain/runs/review.ts';
import { isDecidable } from '../../domain/runs/run-status.ts';
import { isPlain } from '../../domain/runs/approvals.ts';
import { approvalRuleOf } from '../runs/approval-rule.ts';
import { setsWithAll } from './run-sets.ts';
import type { Release } from '../../domain/model.ts';
import type { JudgedRun } from '../../ports/store/runs.ts';
import type { Transaction } from '../../ports/store.ts';

interface RejudgeOptions {
  /** Whether the run's verdict goes if no decision is left. */
  isWithdrawn?: (runId: number) => boolean;
  /** The act that they are judged for, with its reason. */
  said?: { operationId: string; note: string | null };
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
  { isWithdrawn = () => false, said }: RejudgeOptions = {},
): Promise<Rejudged[]> {
  if (runIds.length === 0) return [];
  const rule = await approvalRuleOf(tx, release);
  const live = new LiveDecisions(await tx.changes.live(release.id));
  const known = isPlain(rule) ? tx.changes.setsOf(release.id, runIds) : setsWithAll(tx, release.id, runIds);
  const sets = new Map((await known).map((set) => [set.runId, set]));
  const changed: Rejudged[] = [];
  for (const run of await tx.runs.findJudged(release.id, runIds)) {
    const set = sets.get(run.id);
    if (set === undefined || !isDecidable(run.status)) continue;
    const judged = judgeSet(set, live, rule);
    const isOlder =
      judged.verdict === 'none' && live.ofRun(run.id).length === 0 && run.verdictSource !== 'changes';
    if (run.verdict !== 'none' && isOlder && !isWithdrawn(run.id)) continue;
    if (isAsBefore(run, judged)) continue;
    const { verdict, decision, source: verdictSource, openChanges, approvals } = judged;
    const isSaid = decision !== null && decision.operationId === said?.operationId;
    const fields = {
      verdict,
      verdictBy: decision?.actor ?? null,
      verdictAt: decision?.at ?? null,
      verdictSource,
      verdictNote: isSaid ? said.note : run.verdict === verdict ? run.verdictNote : null,
      approvals,
      originRunId: verdictSource === 'carried' ? (decision?.originRunId ?? null) : null,
      openChanges,
    };
    changed.push({ from: run, to: withVerdictFields(run, fields, { at, version: release.version + 1 }) });
  }
  return changed;
}

function isAsBefore(run: JudgedRun, { verdict, decision, openChanges, approvals }: JudgedSet): boolean {
  if (JSON.stringify(run.approvals) !== JSON.stringify(approvals)) return false;
  if (run.verdict !== verdict || run.openChanges !== openChanges) return false;
  return verdict === 'none' || (run.verdictBy === decision?.actor && run.verdictAt === decision.at);
}
