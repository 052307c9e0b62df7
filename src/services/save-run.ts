import {
  factsOf,
  isDiffFilled,
  isPending,
  isReviewable,
  runStatus,
  withKnownDiff,
} from '../domain/run-status.ts';
import { captureQueue, diffQueue, otherSideFailed, taskIdOf, unleased } from '../domain/tasks.ts';
import type { CapturePayload, DiffPayload } from '../domain/tasks.ts';
import type { Release, Run, SlotName, Task } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import { findVerdict } from './baselines/take-over.ts';
import { settle } from './change-release.ts';
import type { Deps } from './deps.ts';

export interface RunChange {
  /** Locked. */
  release: Release;
  /** Null for a new run. */
  before: Run | null;
  /** The facts to keep; status and versions are computed here. */
  run: Run;
  /** Live tasks of the run. */
  liveTasks: readonly Task[];
  /** Captures that need a new task. */
  capture?: readonly ('current' | 'ref')[];
  actor: string | null;
}

/** What a change comes to, before anything is written. */
interface RunPlan {
  /** As it will be; of a new run all but its id. */
  run: Run;
  /** Tasks that nobody waits for any more. */
  ended: { task: Task; status: 'done' | 'canceled' }[];
  /** Slots that get a task. */
  asked: readonly SlotName[];
}

/**
 * The one way in which a run's facts change: computes the status, ends tasks that nobody waits for, makes the tasks
 * that the facts ask for, moves the release on, and tells who watches. All in the caller's transaction.
 */
export async function saveRun(
  deps: Deps,
  tx: Transaction,
  change: RunChange,
): Promise<{ run: Run; release: Release }> {
  const now = deps.clock.now();
  const plan = planChange(change, change.release.version + 1, now);
  let run = await withVerdict(deps, tx, change.release, change.before, plan.run);
  if (change.before === null) {
    // The caller holds the release's lock and found no such run, so the name is free.
    run = (await tx.runs.insert(run))!;
  } else {
    await tx.runs.update(run);
  }
  // Not the rows as they were read: a worker may lease one meanwhile, and is to be told how it ended.
  for (const { task, status } of plan.ended) await tx.tasks.end(task.queue, task.id, status, now);
  const tasks = plan.asked.map((slot) => taskOf(change.release, run, slot, now));
  for (const task of tasks) await tx.tasks.insert(task);
  const release = await moveOn(deps, tx, change.release, { runs: [run], tasks, actor: change.actor, now });
  return { run, release };
}

/** As {@link saveRun} for many runs that exist, as one change of their release: one statement per table. */
export async function saveRuns(
  deps: Deps,
  tx: Transaction,
  release: Release,
  changes: readonly (Omit<RunChange, 'release' | 'actor'> & { before: Run })[],
  actor: string | null,
): Promise<Release> {
  if (changes.length === 0) return release;
  const now = deps.clock.now();
  const plans = changes.map((change) => planChange(change, release.version + 1, now));
  const runs: Run[] = [];
  for (const [index, { run }] of plans.entries()) {
    runs.push(await withVerdict(deps, tx, release, changes[index]!.before, run));
  }
  await tx.runs.updateMany(runs);
  const ended = plans.flatMap((plan) => plan.ended);
  for (const status of ['done', 'canceled'] as const) {
    const tasks = ended.filter((each) => each.status === status).map(({ task }) => task);
    if (tasks.length > 0) await tx.tasks.endMany(tasks, status, now);
  }
  const tasks = plans.flatMap(({ run, asked }) => asked.map((slot) => taskOf(release, run, slot, now)));
  if (tasks.length > 0) await tx.tasks.insertMany(tasks);
  return moveOn(deps, tx, release, { runs, tasks, actor, now });
}

function planChange(
  { before, run: changed, liveTasks, capture: wanted = [] }: Omit<RunChange, 'release' | 'actor'>,
  version: number,
  now: number,
): RunPlan {
  const { run: paired, capture } = pairSides(withKnownDiff(changed), wanted);
  let run = withStatus(paired);
  const liveDiff = liveTasks.find((task) => task.slot === 'diff');
  const needsDiffTask =
    run.status === 'needs_diff' && (liveDiff === undefined || diffInputsChanged(before, run));
  if (needsDiffTask) run = { ...run, diff: { ...run.diff, requests: run.diff.requests + 1 } };
  run = { ...run, version, factsVersion: version, updatedAt: now };
  const ended: RunPlan['ended'] = [];
  for (const task of liveTasks) {
    const slot = task.slot!;
    const asked = slot !== 'diff' && capture.includes(slot);
    const stillWanted =
      slot === 'diff' ? run.status === 'needs_diff' && !needsDiffTask : !asked && waitsFor(run, slot);
    if (stillWanted) continue;
    ended.push({ task, status: !asked && isFilled(run, slot) ? 'done' : 'canceled' });
  }
  return { run, ended, asked: needsDiffTask ? [...capture, 'diff'] : capture };
}

/** The release after some of its runs changed. */
async function moveOn(
  deps: Deps,
  tx: Transaction,
  before: Release,
  change: { runs: readonly Run[]; tasks: readonly Task[]; actor: string | null; now: number },
): Promise<Release> {
  const { runs, tasks, actor, now } = change;
  const release: Release = { ...before, version: before.version + 1, updatedAt: now };
  await tx.releases.update(release);
  tx.afterCommit(() => {
    for (const queue of new Set(tasks.map((task) => task.queue))) {
      deps.notifier.notify(queue, tasks.filter((task) => task.queue === queue).length);
    }
    deps.feed.publish({
      buildId: release.buildId,
      releaseId: release.id,
      runIds: runs.map(({ id }) => id),
      version: release.version,
      actor,
    });
  });
  return runs.some(({ status }) => isPending(status)) ? release : settle(deps, tx, release);
}

/** Where a run now asks for a person, an earlier verdict on the same picture may answer. */
async function withVerdict(
  deps: Deps,
  tx: Transaction,
  release: Release,
  before: Run | null,
  run: Run,
): Promise<Run> {
  const asksNow = isReviewable(run.status) && run.verdict === 'none';
  if (!asksNow || (before !== null && isReviewable(before.status))) return run;
  const taken = await findVerdict(deps, tx, release, run);
  if (taken === null) return run;
  const judged = { ...run, ...taken };
  return { ...judged, status: runStatus(factsOf(judged)) };
}

/** A verdict is one on the picture, so it outlives another comparison, but not that nothing differs. */
function withStatus(run: Run): Run {
  const status = runStatus(factsOf(run));
  if (run.verdict === 'none' || isReviewable(status) || isPending(status)) return { ...run, status };
  const open: Run = { ...run, verdict: 'none', verdictBy: null, verdictAt: null, verdictOrigin: null };
  return { ...open, status: runStatus(factsOf(open)) };
}

/**
 * A run that failed on one side needs no picture of the other: that capture is cancelled, so that no task lives on for
 * a run that is over. It is asked for again when the failed side is filled or asked for again.
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
    const wasCancelled = slot.state === 'failed' && slot.failure?.reason === otherSideFailed.reason;
    if (wasCancelled && run[other].state !== 'failed') {
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

function taskOf(release: Release, run: Run, slot: SlotName, now: number): Task {
  return slot === 'diff' ? diffTask(release, run, now) : captureTask(release, run, slot, now);
}

function captureTask(release: Release, run: Run, slot: 'current' | 'ref', now: number): Task {
  const payload: CapturePayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    url: run[slot].url!,
    config_sha1sum: run[slot].config!,
    baseline: slot === 'ref',
  };
  return taskFor(run, slot, captureQueue, run[slot].requests, payload, now);
}

function diffTask(release: Release, run: Run, now: number): Task {
  const payload: DiffPayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    run_sha1sum: run.current.image!,
    reference_sha1sum: run.ref.image!,
  };
  return taskFor(run, 'diff', diffQueue, run.diff.requests, payload, now);
}

function taskFor(
  run: Run,
  slot: SlotName,
  queue: string,
  requests: number,
  payload: object,
  now: number,
): Task {
  return {
    queue,
    id: taskIdOf(run.id, slot, requests),
    payload: JSON.stringify(payload),
    contentType: 'application/json',
    source: null,
    ...unleased(now),
    runId: run.id,
    releaseId: run.releaseId,
    slot,
  };
}
