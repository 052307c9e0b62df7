import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { judgeGroup, LiveDecisions } from '../../domain/changes/decided-changes.ts';
import type { ChangeDecision } from '../../domain/changes/decided-changes.ts';
import { checkName } from '../../domain/names.ts';
import { isPlain, isSamePerson, mayApprove, needsPeople } from '../../domain/runs/approvals.ts';
import type { Voter } from '../../domain/runs/review.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import type { Deps } from '../deps.ts';
import { settle } from '../releases/change-release.ts';
import { touchRelease } from '../releases/touch-release.ts';
import { decided } from '../runs/review-runs.ts';
import { approvalRuleOf } from '../runs/approval-rule.ts';
import { lockReleaseById } from './find-release.ts';
import { rejudgeRuns } from './rejudge-runs.ts';

export interface ReviewChangeInput {
  releaseId: number;
  fingerprint: string;
  verdict: 'approved' | 'rejected';
  /** Runs that need their own verdict. */
  exceptRunIds?: readonly number[] | undefined;
  /** The release's version on the decider's screen; undefined: not checked. */
  version?: number | undefined;
  /** Chosen by the client: repeating an operation changes nothing. */
  operationId: string;
  note?: string | undefined;
}

export interface ReviewChangeResult {
  release: Release;
  outcome: 'changed' | 'unchanged';
  /** Runs that have the change, without the excepted ones. */
  runs: number;
  /** Of them: those with the verdict now. */
  settled: number;
  /** Of them: those that wait for decisions on other changes. */
  open: number;
}

/** What the activity of a change is kept under. */
const changeSubject = (releaseId: number, fingerprint: string) => `change:${releaseId}:${fingerprint}`;

const kinds = { approved: 'change_approved', rejected: 'change_rejected' } as const;

/**
 * Decides on a change in all runs of a release that have it, also in those that are reported later. A rejection rejects
 * them; an approval approves those whose other changes are approved, too.
 *
 * @throws AppError `not_found` | `role_required` | `conflict` | `invalid_transition`
 */
export async function reviewChange(
  deps: Deps,
  principal: Principal,
  input: ReviewChangeInput,
): Promise<ReviewChangeResult> {
  checkName('operation_id', input.operationId);
  const { fingerprint, verdict } = input;
  return deps.store.transaction(async (tx) => {
    const release = await lockReleaseById(tx, principal, input.releaseId);
    const members = await tx.changes.runsWith(release.id, [fingerprint]);
    if (members.length === 0) throw noSuchChange(release, fingerprint);
    const excepted = new Set(input.exceptRunIds ?? []);
    const strange = [...excepted].find((id) => !members.includes(id));
    if (strange !== undefined) {
      throw new AppError('not_found', `Run ${strange} is not among the runs with change ${fingerprint}.`, {
        details: { parameter: 'except_run_ids' },
      });
    }
    const covered = members.filter((id) => !excepted.has(id));
    const subject = changeSubject(release.id, fingerprint);
    const known = await tx.activity.findOperation(subject, input.operationId);
    if (known !== null) return answer(tx, release, covered, verdict, 'changed');
    const decisions = await tx.changes.live(release.id, { fingerprints: [fingerprint] });
    const latest = new LiveDecisions(decisions).ofGroup(fingerprint);
    const actor = actorOf(principal);
    const rule = await approvalRuleOf(tx, release);
    const isOfOne = isPlain(rule);
    if (!isOfOne) refuseVote(decisions, input, { actor, rule });
    const isSaid = latest?.verdict === verdict && (isOfOne || isSamePerson(latest.actor, actor));
    if (isSaid && excepted.size === 0) {
      const isWhole = !decisions.some(
        (one) => one.verdict === 'excepted' && one.operationId === latest.operationId,
      );
      if (isWhole) return answer(tx, release, covered, verdict, 'unchanged');
    }
    if (isOfOne || latest?.verdict !== verdict) await refuseStale(tx, release, input, latest);
    if (isDecided(release.status)) throw decided(release);
    const at = deps.clock.now();
    const act = {
      buildId: release.buildId,
      releaseId: release.id,
      fingerprint,
      actor,
      at,
      operationId: input.operationId,
      originDecisionId: null,
      originRunId: null,
      note: input.note ?? null,
      version: release.version + 1,
      seenRunId: covered[0] ?? null,
    };
    await tx.changes.decide([
      { ...act, runId: null, verdict },
      ...[...excepted].map((runId) => ({ ...act, runId, verdict: 'excepted' as const })),
    ]);
    const said = { operationId: input.operationId, note: input.note ?? null };
    const changed = await rejudgeRuns(tx, release, members, at, { said });
    await tx.runs.judgeMany(changed.map(({ to }) => to));
    await tx.activity.insert({
      at,
      buildId: release.buildId,
      releaseId: release.id,
      runId: null,
      actor,
      kind: kinds[verdict],
      detail: {
        fingerprint,
        runs: covered.length,
        ...(excepted.size > 0 && { excepted: excepted.size }),
        ...(input.note !== undefined && { note: input.note }),
      },
      subject,
      operationId: input.operationId,
    });
    const moved = await touchRelease(deps, tx, release, { actor });
    const settled = await settle(deps, tx, moved);
    const judged = changed.filter(({ from, to }) => from.verdict !== to.verdict).map(({ to }) => to.id);
    if (judged.length > 0) await noteFollowUp(deps, tx, release.id, judged);
    return answer(tx, settled, covered, verdict, 'changed');
  });
}

/** Where several people must approve: not everyone's approval counts, and another person's rejection holds. */
function refuseVote(
  decisions: readonly ChangeDecision[],
  { fingerprint, verdict }: ReviewChangeInput,
  { actor, rule }: Voter,
): void {
  if (verdict !== 'approved') return;
  if (!mayApprove(actor, rule)) {
    throw new AppError('conflict', `Change ${fingerprint} ${needsPeople}`, { details: { by: actor } });
  }
  const judged = judgeGroup(fingerprint, new LiveDecisions(decisions), rule);
  const by = judged.verdict === 'rejected' ? judged.decision!.actor : actor;
  if (isSamePerson(by, actor)) return;
  throw new AppError(
    'conflict',
    `Change ${fingerprint} was rejected by ${by}. That stands until it is undone.`,
    { details: { verdict: 'rejected', by } },
  );
}

async function answer(
  tx: Transaction,
  release: Release,
  covered: readonly number[],
  verdict: ReviewChangeInput['verdict'],
  outcome: ReviewChangeResult['outcome'],
): Promise<ReviewChangeResult> {
  const counts = await tx.runs.verdictCounts(release.id, covered);
  return { release, outcome, runs: covered.length, settled: counts[verdict], open: counts.none };
}

/** Another decision on the change since the decider looked is a conflict, as another verdict on a run is. */
async function refuseStale(
  tx: Transaction,
  release: Release,
  { fingerprint, version }: ReviewChangeInput,
  latest: ChangeDecision | null,
): Promise<void> {
  if (version === undefined || latest === null) return;
  const [of] = (await tx.changes.ofOperation(release.buildId, latest.operationId)).filter(
    ({ id }) => id === latest.id,
  );
  if (of === undefined || of.version <= version) return;
  throw new AppError(
    'conflict',
    `Change ${fingerprint} changed after you viewed it. ${latest.actor} decided "${latest.verdict}". Review it again.`,
    { details: { verdict: latest.verdict, by: latest.actor, at: latest.at } },
  );
}

export function noSuchChange({ name, number }: Release, fingerprint: string): AppError {
  return new AppError(
    'not_found',
    `Release "${name}" number ${number} has no change ${fingerprint.slice(0, 100)}.`,
    { details: { parameter: 'fingerprint' } },
  );
}
