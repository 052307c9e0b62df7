import {
  factsOf,
  isDiffFilled,
  isPending,
  isReviewable,
  noVerdict,
  runStatus,
  withKnownDiff,
} from '../../domain/runs/run-status.ts';
import { otherSideFailed } from '../../domain/tasks/tasks.ts';
import { artifactsOf } from '../../domain/artifacts/unused-artifacts.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run, SlotName } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Transaction } from '../../ports/store.ts';
import { settle } from '../releases/change-release.ts';
import { touchReleases } from '../releases/touch-release.ts';
import type { Deps } from '../deps.ts';
import { offerTasks } from '../tasks/offer-tasks.ts';
import { noteChanges, withKnownVerdict } from '../changes/note-changes.ts';
import type { ChangedRun } from '../changes/note-changes.ts';
import { rememberedRules } from './approval-rule.ts';
import { taskOf, type WaitingShots } from './run-tasks.ts';
import { withOwnTasks } from './shot-runs.ts';

export interface RunChange {
  /** Locked. */
  release: Release;
  /** Null for a new run. */
  before: Run | null;
  /** The facts to store; status and versions are computed here. */
  run: Run;
  /** Live tasks of the run. */
  liveTasks: readonly Task[];
  /** Captures that need a new task. */
  capture?: readonly ('current' | 'ref')[];
  /** Captures that the task of another run brings. */
  brought?: readonly ('current' | 'ref')[];
  /** Further screenshots whose runs wait for these captures. */
  shots?: WaitingShots;
  /** The trace that new tasks belong to; default: the current one. */
  traceparent?: string | null;
  actor: string | null;
}

/** Changes of runs with different names in one release. */
export interface ReleaseChanges {
  /** Locked. */
  before: Release;
  changes: readonly Omit<RunChange, 'release' | 'actor'>[];
  actor: string | null;
}

export interface SavedRuns {
  /** In the order of the changes. */
  runs: Run[];
  release: Release;
}

/** The computed result of a change, before it is written. */
interface RunPlan extends ChangedRun {
  /** Tasks no longer needed. */
  ended: { task: Task; status: 'done' | 'canceled' }[];
  /** Slots that need a task. */
  asked: readonly SlotName[];
  shots: WaitingShots;
  traceparent: string | null;
}

/**
 * The only way to change a run's facts: computes the status, ends unneeded tasks, creates the required
 * ones, advances the release, and notifies subscribers. All in the caller's transaction.
 */
export async function saveRun(
  deps: Deps,
  tx: Transaction,
  { release: before, actor, ...change }: RunChange,
): Promise<{ run: Run; release: Release }> {
  const { runs, release } = await saveRuns(deps, tx, before, [change], actor);
  return { run: runs[0]!, release };
}

/**
 * As {@link saveRun} for many runs of different names, as one change of their release: one statement per table.
 *
 * @param options `settles` false: the caller settles the release when it has changed all that it wants to
 * @returns the runs in the order of the changes
 */
export async function saveRuns(
  deps: Deps,
  tx: Transaction,
  before: Release,
  changes: ReleaseChanges['changes'],
  actor: string | null,
  { settles = true }: { settles?: boolean } = {},
): Promise<SavedRuns> {
  if (changes.length === 0) return { runs: [], release: before };
  const [saved] = await saveRunsOf(deps, tx, [{ before, changes, actor }], { settles });
  return saved!;
}

/** As {@link saveRuns} for several releases, still with one statement per table. */
export async function saveRunsOf(
  deps: Deps,
  tx: Transaction,
  releases: readonly ReleaseChanges[],
  { settles = true }: { settles?: boolean } = {},
): Promise<SavedRuns[]> {
  const now = deps.clock.now();
  const plansOf = releases.map(({ before, changes }) =>
    changes.map((change) => ({
      ...planChange(change, before, now),
      traceparent: change.traceparent ?? deps.tracer.current(),
    })),
  );
  const plans = plansOf.flat();
  const ruleOf = rememberedRules(tx);
  await Promise.all(
    plans.map(async (plan) => Object.assign(plan, await withKnownVerdict(deps, tx, plan, ruleOf))),
  );
  const made = plans.filter(({ before }) => before === null);
  const changed = plans.filter(({ before }) => before !== null);
  // The caller holds the releases' locks and found no such runs, so their names are free.
  const inserted = await tx.runs.insertMany(made.map(({ run }) => run));
  for (const [index, plan] of made.entries()) plan.run = inserted[index]!;
  if (changed.length > 0) await tx.runs.updateMany(changed.map(({ run }) => run));
  await noteUses(tx, plans);
  for (const [index, { actor }] of releases.entries()) await noteChanges(tx, plansOf[index]!, actor, now);
  await changeTasks(deps, tx, plans, now);
  const touched = await touchReleases(
    deps,
    tx,
    releases.map(({ before, actor }) => ({ before, actor })),
  );
  const saved: SavedRuns[] = [];
  for (const [index, moved] of touched.entries()) {
    const ofRelease = plansOf[index]!;
    const release = settles ? await settleUnlessPending(deps, tx, moved, ofRelease) : moved;
    saved.push({ runs: ofRelease.map(({ run }) => run), release });
  }
  return saved;
}

/** Records which artifacts the runs use now and did not use before. */
async function noteUses(
  tx: Transaction,
  changes: readonly { before: Run | null; run: Run }[],
): Promise<void> {
  const uses = changes.flatMap(({ before, run }) => {
    const known = before === null ? new Set<string>() : artifactsOf(before);
    const added = [...artifactsOf(run)].filter((sha1) => !known.has(sha1));
    return added.map((sha1) => ({ buildId: run.buildId, sha1, runId: run.id }));
  });
  if (uses.length > 0) await tx.artifactUses.add(uses);
}

function planChange(
  {
    before,
    run: changed,
    liveTasks,
    capture: wanted = [],
    brought = [],
    shots = {},
  }: Omit<RunChange, 'release' | 'actor'>,
  release: Release,
  now: number,
): Omit<RunPlan, 'traceparent'> {
  const version = release.version + 1;
  const { run: paired, capture } = pairSides(withKnownDiff(changed), wanted);
  let run = withStatus(paired, before);
  const liveDiff = liveTasks.find((task) => task.slot === 'diff');
  const needsDiffTask =
    run.status === 'needs_diff' && (liveDiff === undefined || diffInputsChanged(before, run));
  if (needsDiffTask) run = { ...run, diff: { ...run.diff, requests: run.diff.requests + 1 } };
  run = { ...run, version, factsVersion: version, updatedAt: now };
  const ended: RunPlan['ended'] = [];
  for (const task of liveTasks) {
    const slot = task.slot!;
    const asked = slot !== 'diff' && (capture.includes(slot) || brought.includes(slot));
    const stillWanted =
      slot === 'diff' ? run.status === 'needs_diff' && !needsDiffTask : !asked && waitsFor(run, slot);
    if (stillWanted) continue;
    ended.push({ task, status: !asked && isFilled(run, slot) ? 'done' : 'canceled' });
  }
  return { release, before, run, ended, asked: needsDiffTask ? [...capture, 'diff'] : capture, shots };
}

/** Ends the tasks that written runs need no more, and adds those that they need now. */
async function changeTasks(
  deps: Deps,
  tx: Transaction,
  plans: readonly RunPlan[],
  now: number,
): Promise<void> {
  // Not the rows as read: a worker may have leased one since, and must learn how it ended.
  const ended = Map.groupBy(
    plans.flatMap((plan) => plan.ended),
    ({ status }) => status,
  );
  for (const [status, these] of ended) {
    await tx.tasks.endMany(
      these.map(({ task }) => task),
      status,
      now,
    );
  }
  const tasks = plans.flatMap(({ release, run, asked, traceparent, shots }) =>
    asked.map((slot) => taskOf(release, run, slot, now, traceparent, shots)),
  );
  const canceled = plans.map(({ release, ended: these }) => ({
    release,
    tasks: these.flatMap(({ task, status }) => (status === 'canceled' ? [task] : [])),
  }));
  tasks.push(...(await withOwnTasks(tx, canceled, now)));
  if (tasks.length > 0) await tx.tasks.addMany(tasks);
  offerTasks(deps, tx, tasks);
}

async function settleUnlessPending(
  deps: Deps,
  tx: Transaction,
  release: Release,
  plans: readonly RunPlan[],
): Promise<Release> {
  return plans.some(({ run }) => isPending(run.status)) ? release : settle(deps, tx, release);
}

/**
 * A verdict judges the image, so it survives another comparison unless nothing differs anymore. One that accepts a failure
 * says nothing about anything else, not even about another failure.
 */
function withStatus(run: Run, before: Run | null): Run {
  const status = runStatus(factsOf(run));
  const isKept =
    before?.status === 'failed'
      ? status === 'failed' && isSameFailure(run, before)
      : isReviewable(status) || isPending(status);
  if (isKept || (run.verdict === 'none' && run.approvals.length === 0)) return { ...run, status };
  const open: Run = { ...run, ...noVerdict };
  return { ...open, status: runStatus(factsOf(open)) };
}

function isSameFailure(one: Run, other: Run): boolean {
  const reasons = ({ current, ref, diff }: Run) => [current, ref, diff].map(({ failure }) => failure?.reason);
  return reasons(one).join() === reasons(other).join();
}

/**
 * A run that failed on one side needs no image of the other: that capture is canceled, so that no task remains for
 * a finished run. It is requested again when the failed side is filled or requested again.
 */
function pairSides(
  run: Run,
  asked: readonly ('current' | 'ref')[],
): { run: Run; capture: readonly ('current' | 'ref')[] } {
  for (const [side, other] of [
    ['current', 'ref'],
    ['ref', 'current'],
  ] as const) {
    const slot = run[side];
    if (slot.state === 'requested' && run[other].state === 'failed') {
      const over = { ...slot, state: 'failed', failure: otherSideFailed } as const;
      return { run: { ...run, [side]: over }, capture: asked.filter((name) => name !== side) };
    }
    const wasCanceled = slot.state === 'failed' && slot.failure?.reason === otherSideFailed.reason;
    if (wasCanceled && run[other].state !== 'failed') {
      const again = { ...slot, state: 'requested', failure: null, requests: slot.requests + 1 } as const;
      return { run: { ...run, [side]: again }, capture: [...asked, side] };
    }
  }
  return { run, capture: asked };
}

function diffInputsChanged(before: Run | null, run: Run): boolean {
  return (
    before !== null && (before.current.image !== run.current.image || before.ref.image !== run.ref.image)
  );
}

function waitsFor(run: Run, slot: SlotName): boolean {
  return slot === 'diff' ? run.status === 'needs_diff' : run[slot].state === 'requested';
}

function isFilled(run: Run, slot: SlotName): boolean {
  return slot === 'diff' ? isDiffFilled(run.diff) && !run.diff.failed : run[slot].state === 'done';
}
