import { decisionOnGroup, judgeSet, LiveDecisions } from '../../domain/changes/decided-changes.ts';
import type { ChangeDecision } from '../../domain/changes/decided-changes.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ApprovalRule } from '../../domain/runs/approvals.ts';
import type { Approval } from '../../domain/runs/verdict.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { ChangeGroup, ChangeMember, ChangeSample } from '../../ports/store/changes.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { approvalRuleOf } from '../runs/approval-rule.ts';
import { approvedEarlier, type ApprovedEarlier } from './approved-earlier.ts';
import { findReleaseById } from './find-release.ts';
import { noSuchChange } from './review-change.ts';

export interface DecidedGroup extends ChangeGroup {
  /** Runs that the decision leaves out, or that wait for one. */
  openRuns: number;
  /** Null: no one has decided. */
  decision: ChangeDecision | null;
  /** Who approved it so far, where several people must. */
  approvals: readonly Approval[];
  /** Of an open one: that a person approved it in another release. It settles nothing here. */
  approvedEarlier: ApprovedEarlier | null;
  sample: ChangeSample;
}

export interface ListChangesResult {
  build: Build;
  release: Release;
  /** Distinct changes of the release. */
  total: number;
  /** Decisions that are left: on changes, and on runs whose changes do not explain every difference. */
  decisionsLeft: number;
  /** Runs without a verdict. */
  runsLeft: number;
  /** Those with the most open runs first, then those with the most runs; before them, open ones that were approved earlier. */
  changes: DecidedGroup[];
}

const maxListedChanges = 500;

/** The changes of a release, each with the number of its runs. */
export async function listChanges(
  deps: Deps,
  principal: Principal,
  { releaseId, limit = maxListedChanges }: { releaseId: number; limit?: number | undefined },
): Promise<ListChangesResult> {
  return deps.store.read(async (tx) => {
    const { build, release } = await findReleaseById(tx, principal, releaseId);
    const decisions = await tx.changes.liveOnGroups(release.id);
    const live = new LiveDecisions(decisions);
    const rule = await approvalRuleOf(tx, release);
    const left = await leftOut(tx, release.id, decisions, rule);
    const groups = (await tx.changes.groups(release.id)).map((group) => {
      const { decision, approvals } = decisionOnGroup(group.fingerprint, live, rule);
      const openRuns =
        decision === null ? group.openRuns : Math.min(group.openRuns, left.get(group.fingerprint) ?? 0);
      return { ...group, openRuns, decision, approvals };
    });
    groups.sort(
      (a, b) => b.openRuns - a.openRuns || b.runs - a.runs || (a.fingerprint < b.fingerprint ? -1 : 1),
    );
    const { runs, unexplained } = await tx.changes.undecided(release.id);
    const listed = await withEarlier(deps, tx, release, groups.slice(0, Math.min(limit, maxListedChanges)));
    return {
      build,
      release,
      total: groups.length,
      decisionsLeft: groups.filter(({ openRuns }) => openRuns > 0).length + unexplained,
      runsLeft: runs,
      changes: await withSamples(tx, listed),
    };
  });
}

type OpenGroup = Omit<DecidedGroup, 'sample' | 'approvedEarlier'>;

/** Those that were approved earlier come first: each takes one key. */
async function withEarlier(
  deps: Deps,
  tx: Transaction,
  release: Release,
  groups: readonly OpenGroup[],
): Promise<(OpenGroup & Pick<DecidedGroup, 'approvedEarlier'>)[]> {
  const open = groups.filter(({ openRuns, decision }) => openRuns > 0 && decision === null);
  const earlier = await approvedEarlier(
    deps,
    tx,
    release,
    open.map(({ fingerprint }) => fingerprint),
  );
  const all = groups.map((group) => ({ ...group, approvedEarlier: earlier.get(group.fingerprint) ?? null }));
  return [
    ...all.filter((group) => group.approvedEarlier !== null),
    ...all.filter((group) => group.approvedEarlier === null),
  ];
}

/** In how many runs a change waits although it is decided for all of them: those that a decision left out and no later one covers. */
async function leftOut(
  tx: Transaction,
  releaseId: number,
  decisions: readonly ChangeDecision[],
  rule: ApprovalRule,
): Promise<Map<string, number>> {
  const left = decisions.flatMap(({ fingerprint, runId }) =>
    runId === null ? [] : [{ fingerprint, runId }],
  );
  const undecided = new Set(
    await tx.changes.undecidedOf(releaseId, [...new Set(left.map(({ runId }) => runId))]),
  );
  const runs = new Map<string, Set<number>>();
  for (const { fingerprint, runId } of left)
    if (undecided.has(runId)) runs.set(fingerprint, (runs.get(fingerprint) ?? new Set()).add(runId));
  if (runs.size === 0) return new Map();
  const live = new LiveDecisions(await tx.changes.live(releaseId, { fingerprints: [...runs.keys()] }));
  const waits = (fingerprint: string, runId: number) =>
    judgeSet({ runId, fingerprints: [fingerprint], isComplete: true }, live, rule).openChanges > 0;
  return new Map(
    [...runs].map(([fingerprint, some]) => [
      fingerprint,
      [...some].filter((runId) => waits(fingerprint, runId)).length,
    ]),
  );
}

async function withSamples<G extends ChangeGroup>(
  tx: Transaction,
  groups: readonly G[],
): Promise<(G & { sample: ChangeSample })[]> {
  if (groups.length === 0) return [];
  const samples = await tx.changes.samples(groups);
  const byFingerprint = new Map(samples.map((sample) => [sample.fingerprint, sample]));
  return groups.map((group) => ({ ...group, sample: byFingerprint.get(group.fingerprint)! }));
}

export interface DescribeChangeResult {
  build: Build;
  release: Release;
  decision: ChangeDecision | null;
  /** Who approved it so far, where several people must. */
  approvals: readonly Approval[];
  /** That a person approved it in another release, where no one has decided here. */
  approvedEarlier: ApprovedEarlier | null;
  /** One for each place, at most {@link maxShownPlaces}. */
  places: ChangeSample[];
  /** By name. */
  members: ChangeMember[];
  /** Of the members: those that the decision leaves out. */
  exceptedRunIds: number[];
}

const maxShownPlaces = 200;

/** One change of a release: where it is, and in which runs. @throws AppError `not_found` */
export async function describeChange(
  deps: Deps,
  principal: Principal,
  { releaseId, fingerprint }: { releaseId: number; fingerprint: string },
): Promise<DescribeChangeResult> {
  return deps.store.read(async (tx) => {
    const { build, release } = await findReleaseById(tx, principal, releaseId);
    const members = await tx.changes.members(release.id, fingerprint);
    if (members.length === 0) throw noSuchChange(release, fingerprint);
    const decisions = await tx.changes.live(release.id, { fingerprints: [fingerprint] });
    const rule = await approvalRuleOf(tx, release);
    const { decision, approvals } = decisionOnGroup(fingerprint, new LiveDecisions(decisions), rule);
    const excepted = decisions.filter(
      (one) => one.verdict === 'excepted' && one.operationId === decision?.operationId,
    );
    const earlier = await approvedEarlier(deps, tx, release, decision === null ? [fingerprint] : []);
    return {
      build,
      release,
      decision,
      approvals,
      approvedEarlier: earlier.get(fingerprint) ?? null,
      places: await tx.changes.placesOf(release.id, fingerprint, maxShownPlaces),
      members,
      exceptedRunIds: excepted.map(({ runId }) => runId!),
    };
  });
}
