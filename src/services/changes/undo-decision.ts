import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import { verdictOfPerson, withVerdictFields } from '../../domain/runs/review.ts';
import { isPlain } from '../../domain/runs/approvals.ts';
import { approvalRuleOf } from '../runs/approval-rule.ts';
import { isDecidable } from '../../domain/runs/run-status.ts';
import type { Activity } from '../../domain/people/activity.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import { undoSubject } from '../../ports/store/activity.ts';
import type { StoredChangeDecision } from '../../ports/store/changes.ts';
import type { Transaction } from '../../ports/store.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import { judgeRemovals } from '../baselines/renamed-pages.ts';
import { findBuildToUse } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { settle } from '../releases/change-release.ts';
import { touchRelease } from '../releases/touch-release.ts';
import { runVerdictEntry, verdictKinds } from '../runs/run-verdict-entry.ts';
import { rejudgeRuns } from './rejudge-runs.ts';
import type { Rejudged } from './rejudge-runs.ts';

export interface UndoDecisionInput {
  buildId: number;
  /** Of the act to undo: verdicts on runs, or a decision on a change. */
  operationId: string;
}

export interface KeptRun {
  runId: number;
  releaseId: number;
  /** `judged_since`: a person judged it afterwards. `release_decided`: it is in a release that is decided. */
  why: 'judged_since' | 'release_decided';
}

export interface UndoDecisionResult {
  /** Runs whose verdict was withdrawn. */
  undone: number;
  kept: KeptRun[];
}

const runKinds: readonly string[] = Object.values(verdictKinds);

/** What an act did, and what follows from it elsewhere. */
interface Act {
  /** Entries of the activity on single runs. */
  verdicts: readonly Activity[];
  /** Decisions on changes. */
  decisions: readonly StoredChangeDecision[];
  /** Repeat them. */
  repeated: readonly StoredChangeDecision[];
  /** Runs that took over one of the verdicts and have no changes listed. */
  carried: readonly { runId: number; releaseId: number }[];
}

/**
 * Undoes one act: withdraws its decisions with every verdict that follows from them, in one transaction, also those
 * taken over in open releases. Runs that a person judged afterwards are kept, and so are those in decided releases.
 *
 * @throws AppError `not_found`: no verdict was given under that operation | `invalid_transition`: its release is decided
 */
export async function undoDecision(
  deps: Deps,
  principal: Principal,
  { buildId, operationId }: UndoDecisionInput,
): Promise<UndoDecisionResult> {
  checkName('operation_id', operationId);
  const actor = actorOf(principal);
  return deps.store.transaction(async (tx) => {
    await findBuildToUse(tx, principal, buildId);
    const found = await findAct(tx, buildId, operationId);
    const releaseIds = [
      ...new Set([
        ...found.verdicts.map(({ releaseId }) => releaseId!),
        ...[...found.decisions, ...found.repeated, ...found.carried].map(({ releaseId }) => releaseId),
      ]),
    ].sort((a, b) => a - b);
    const releases = new Map<number, Release>();
    for (const id of releaseIds) {
      const release = await tx.releases.lockById(id);
      if (release !== null) releases.set(id, release);
    }
    // What was read before the locks may have changed.
    const act = await findAct(tx, buildId, operationId);
    for (const id of new Set([...act.verdicts, ...act.decisions].map(({ releaseId }) => releaseId!))) {
      const release = releases.get(id);
      if (release !== undefined && isDecided(release.status)) throw decided(release);
    }
    const at = deps.clock.now();
    const result: UndoDecisionResult = { undone: 0, kept: [] };
    for (const release of releases.values()) {
      const part = await undoIn(deps, tx, release, act, { actor, at, operationId });
      result.undone += part.undone;
      result.kept.push(...part.kept);
    }
    return result;
  });
}

async function findAct(tx: Transaction, buildId: number, operationId: string): Promise<Act> {
  const entries = await tx.activity.ofOperation(buildId, operationId);
  const verdicts = entries.filter(({ kind, runId }) => runId !== null && runKinds.includes(kind));
  const decisions = await tx.changes.ofOperation(buildId, operationId);
  if (verdicts.length === 0 && decisions.length === 0) {
    throw new AppError(
      'not_found',
      `Build ${buildId} has no verdict that was given as operation "${operationId.slice(0, 255)}".`,
      { details: { parameter: 'operation_id' } },
    );
  }
  const runIds = verdicts.map(({ runId }) => runId!);
  const repeated = await tx.changes.repeating(
    decisions.map(({ id }) => id),
    runIds,
  );
  return { verdicts, decisions, repeated, carried: await tx.changes.carriedFrom(runIds) };
}

async function undoIn(
  deps: Deps,
  tx: Transaction,
  release: Release,
  act: Act,
  { actor, at, operationId }: { actor: string; at: number; operationId: string },
): Promise<UndoDecisionResult> {
  const isHere = ({ releaseId }: { releaseId: number | null }) => releaseId === release.id;
  const verdicts = act.verdicts.filter(isHere);
  const decisions = [...act.decisions, ...act.repeated].filter(isHere);
  const carried = act.carried.filter(isHere).map(({ runId }) => runId);
  const own = decisions.flatMap(({ runId }) => (runId === null ? [] : [runId]));
  const groups = decisions.filter(({ runId }) => runId === null).map(({ fingerprint }) => fingerprint);
  if (isDecided(release.status)) {
    const kept = [...new Set([...own, ...carried])];
    return {
      undone: 0,
      kept: kept.map((runId) => ({ runId, releaseId: release.id, why: 'release_decided' })),
    };
  }
  const acted = [...new Set([...verdicts.map(({ runId }) => runId!), ...own, ...carried])];
  const affected = [...new Set([...acted, ...(await tx.changes.runsWith(release.id, groups))])];
  const live = decisions.filter(({ undoneAt }) => undoneAt === null);
  // Where several people are asked, their words are counted again, so none has to be kept as a whole.
  const isOfOne = isPlain(await approvalRuleOf(tx, release));
  const judgedSince = isOfOne ? await keptRuns(tx, release, affected, act, live) : new Set<number>();
  const withdrawn = live.filter(({ runId }) => runId === null || !judgedSince.has(runId));
  await tx.changes.undo(
    withdrawn.map(({ id }) => id),
    actor,
    at,
  );
  const open = affected.filter((id) => !judgedSince.has(id));
  const ownOpen = new Set(acted.filter((id) => !judgedSince.has(id)));
  const rejudged = await rejudgeRuns(tx, release, open, at, { isWithdrawn: (id) => ownOpen.has(id) });
  const done = new Set(rejudged.map(({ from }) => from.id));
  const counted = new Set(isOfOne ? [] : live.map(({ runId }) => runId));
  const plain = [...ownOpen].filter((id) => !done.has(id) && !counted.has(id));
  const restored = await restore(tx, release, plain, verdicts, at);
  const changed = [...rejudged, ...restored];
  const kept = [...judgedSince].map((runId) => ({
    runId,
    releaseId: release.id,
    why: 'judged_since' as const,
  }));
  if (changed.length === 0 && withdrawn.length === 0) return { undone: 0, kept };
  const judged = changed.map(({ to }) => to);
  await tx.runs.judgeMany(judged);
  const decision = { actor, at, version: release.version + 1 };
  await judgeRemovals(tx, release, judged, decision);
  const others = changed.filter(({ from, to }) => from.verdict !== to.verdict);
  await note(tx, release, others, verdicts, { ...decision, operationId });
  const moved = await touchRelease(deps, tx, release, { actor });
  await settle(deps, tx, moved);
  if (others.length > 0)
    await noteFollowUp(
      deps,
      tx,
      release.id,
      others.map(({ to }) => to.id),
    );
  return { undone: others.length, kept };
}

/** Runs that a person judged after the act. */
async function keptRuns(
  tx: Transaction,
  release: Release,
  affected: readonly number[],
  { verdicts }: Act,
  live: readonly StoredChangeDecision[],
): Promise<Set<number>> {
  const lastEntry = Math.max(
    0,
    ...verdicts.filter(({ releaseId }) => releaseId === release.id).map(({ id }) => id),
  );
  const kept = new Set<number>();
  if (lastEntry > 0) for (const id of await tx.activity.judgedAfter(affected, lastEntry)) kept.add(id);
  const lastOf = new Map<number | null, number>();
  for (const { runId, id } of live) lastOf.set(runId, Math.max(id, lastOf.get(runId) ?? 0));
  const isAffected = new Set(affected);
  for (const { id, runId, verdict, originRunId } of await tx.changes.live(release.id)) {
    if (runId === null || originRunId !== null || verdict === 'excepted' || !isAffected.has(runId)) continue;
    const undone = Math.max(lastOf.get(runId) ?? 0, lastOf.get(null) ?? 0);
    if (undone > 0 && id > undone) kept.add(runId);
  }
  return kept;
}

/** Runs without changes get back the verdict that they had before the act. */
async function restore(
  tx: Transaction,
  release: Release,
  runIds: readonly number[],
  verdicts: readonly Activity[],
  at: number,
): Promise<Rejudged[]> {
  if (runIds.length === 0) return [];
  const entryOf = new Map(verdicts.map((entry) => [entry.runId!, entry]));
  const firstEntry = Math.min(...verdicts.map(({ id }) => id));
  const earlier =
    verdicts.length === 0
      ? new Map<number, Activity>()
      : await tx.activity.verdictsBefore(runIds, firstEntry);
  const restored: Rejudged[] = [];
  for (const run of await tx.runs.findJudged(release.id, runIds)) {
    if (!isDecidable(run.status)) continue;
    const entry = entryOf.get(run.id);
    // Its verdict is from before decisions were kept, or another one counts by now.
    if (entry !== undefined && entry.detail['to'] !== run.verdict) continue;
    const verdict = entry === undefined ? 'none' : (entry.detail['from'] as Verdict);
    if (verdict === run.verdict) continue;
    const said = earlier.get(run.id);
    const { actor = null, at: saidAt = null } = said ?? {};
    const fields = verdictOfPerson(run, verdict, { actor, at: saidAt, note: noteOf(said) });
    restored.push({
      from: run,
      to: withVerdictFields(run, fields, { at, version: release.version + 1 }),
    });
  }
  return restored;
}

function noteOf(entry: Activity | undefined): string | null {
  const note = entry?.detail['note'];
  return typeof note === 'string' ? note : null;
}

/** One entry for the act, and one for each run that it named itself. */
async function note(
  tx: Transaction,
  release: Release,
  changed: readonly Rejudged[],
  verdicts: readonly Activity[],
  { actor, at, operationId }: { actor: string; at: number; version: number; operationId: string },
): Promise<void> {
  const named = new Set(verdicts.map(({ runId }) => runId!));
  await tx.activity.insertMany([
    {
      at,
      buildId: release.buildId,
      releaseId: release.id,
      runId: null,
      actor,
      kind: 'decision_undone',
      detail: { operation: operationId, runs: changed.length },
      subject: undoSubject(release.id),
      operationId: null,
    },
    ...changed
      .filter(({ to }) => named.has(to.id))
      .map(({ from, to }) => {
        const given = { undo: operationId, note: to.verdictNote ?? undefined };
        return runVerdictEntry(release, to, from.verdict, { actor, at }, given);
      }),
  ]);
}

function decided(release: Release): AppError {
  return new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}: reopen the release first, then undo.`,
    { details: { status: release.status, decided_by: release.decidedBy } },
  );
}
