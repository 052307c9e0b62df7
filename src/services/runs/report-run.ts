import { actorOf, isWorkerKey } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { refFromBaseline } from '../../domain/runs/baseline.ts';
import { AppError } from '../../base/errors.ts';
import { checkDigest, checkName, checkShownUrl } from '../../domain/names.ts';
import { isDecided, isOpen } from '../../domain/releases/release-lifecycle.ts';
import { applyReport } from '../../domain/runs/run-report.ts';
import { equalImages, isCaptured, withCheckedImage } from '../../domain/runs/run-status.ts';
import type { ReportOutcome, RunReport } from '../../domain/runs/run-report.ts';
import { newRun } from '../../domain/runs/run-request.ts';
import { restartedRun } from '../../domain/runs/run-restart.ts';
import type { RunShard, ShardNumber } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run, SlotName } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Transaction } from '../../ports/store.ts';
import { checkImage } from '../artifacts/check-image.ts';
import type { CheckedImage } from '../artifacts/check-image.ts';
import { chooseForRun } from '../baselines/choose-for-run.ts';
import type { Deps } from '../deps.ts';
import { raise, refuseMissingRelease, requireReleaseUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { requireOwnRelease } from '../builds/own-release.ts';
import { noTaskHeld, requireTaskOfRun } from '../tasks/held-tasks.ts';
import { requireOwned } from '../artifacts/require-owned.ts';
import { runInShard } from '../shards/run-in-shard.ts';
import { changeRun } from './change-run.ts';
import { shotRunsOf } from './shot-runs.ts';
import type { FoundRun } from './lock-runs.ts';
import type { RunDecision } from './change-run.ts';

export interface ReportRunInput extends ReleaseName, RunReport {
  runName: string;
  /** Former names of the page, tried in this order if its own has no baseline. */
  previousNames?: readonly string[] | undefined;
  /** Whether the server chooses the baseline, once; not together with a baseline from the client. */
  choosesBaseline?: boolean | undefined;
  /** Of the run's own image. */
  pixelsSha256?: string | undefined;
  /** The part of the release that a new run belongs to. */
  shard?: ShardNumber | undefined;
  /** The lease of the task that this result belongs to; a lost lease is refused. */
  leaseId?: string | undefined;
}

export interface ReportRunResult {
  run: Run;
  release: Release;
  /** False when the report contained nothing new. */
  changed: boolean;
}

/** Applies a report. The order of reports, repetitions and the number of workers make no difference to the result. */
export async function reportRun(
  deps: Deps,
  principal: Principal,
  input: ReportRunInput,
): Promise<ReportRunResult> {
  checkName('run_name', input.runName);
  const report = checkReport(input);
  if (!isWorkerKey(principal)) requireReleaseUse(principal, input);
  let checked: CheckedImage | null = null;
  for (;;) {
    const known: CheckedImage | null = checked;
    const outcome = await changeRun<ReportRunResult | { unchecked: string }>(deps, {
      ...input,
      actor: actorOf(principal),
      decide: (tx, found) => decide(deps, tx, found, { principal, input, report, checked: known }),
    });
    if (!('answer' in outcome)) return { ...outcome, changed: true };
    if (!('unchecked' in outcome.answer)) return outcome.answer;
    // Decoding takes too long to do inside a transaction.
    checked = await checkImage(deps, input.buildId, outcome.answer.unchecked);
  }
}

interface Reported {
  principal: Principal;
  input: ReportRunInput;
  report: RunReport;
  checked: CheckedImage | null;
}

/** @returns `unchecked` if the caller must first find out whether that file is an image */
async function decide(
  deps: Deps,
  tx: Transaction,
  { release: locked, run: found }: FoundRun,
  { principal, input, report: told, checked }: Reported,
): Promise<RunDecision<ReportRunResult | { unchecked: string }>> {
  if (isWorkerKey(principal)) await requireTaskOfRun(deps, tx, principal, input);
  const release =
    locked ??
    (isWorkerKey(principal) ? raise(noTaskHeld()) : await refuseMissingRelease(tx, principal, input));
  await requireOwnRelease(tx, principal, release);
  const { shard, isReplaced } = await runInShard(deps, tx, release, {
    name: input.runName,
    before: found,
    said: input.shard,
  });
  const before = isReplaced ? restartedRun(found!, shard!, deps.clock.now()) : found;
  const liveTasks = found === null ? [] : await tx.tasks.liveOfRun(found.id);
  const lease =
    input.leaseId === undefined ? null : await findLease(deps, tx, release, before, input as LeasedReport);
  const draft = await withBaseline(deps, tx, release, before ?? newRunOf(deps, release, input, shard), input);
  const isChosen = draft.baselineChoice !== null && before?.baselineChoice === null;
  await requireOwned(deps, tx, release.buildId, {
    image: told.image,
    log: told.log,
    config: told.config,
    ref_image: told.refImage,
    ref_log: told.refLog,
    ref_config: told.refConfig,
    diff_image: told.diffImage,
    forgiven_mask: told.forgivenMask,
    aligned_mask: told.alignedMask,
    diff_log: told.diffLog,
    capture: told.capture?.dom,
    failure: told.failure?.image,
  });
  const live = new Set(isReplaced ? [] : liveTasks.map((task) => task.slot!));
  const report = { ...told, failOnForgiven: await failsOnForgiven(tx, release.buildId, told) };
  const outcome = withPixels(
    draft,
    applyReport(draft, report, live, lease?.slot ?? null),
    input.pixelsSha256,
  );
  const isRepeat = before !== null && !outcome.changed && !isChosen && !isReplaced;
  if (isRepeat && !outcome.ignored) return { answer: { run: draft, release, changed: false } };
  if (lease !== null && !lease.valid) {
    throw new AppError(
      'lease_lost',
      `The lease on the task of run "${input.runName}" has expired or was taken over by another worker, so its result is refused.`,
    );
  }
  if (!isOpen(release.status)) throw closed(release);
  if (isRepeat) return { answer: { run: draft, release, changed: false } };
  const twin = newTwin(before, outcome.run);
  if (twin !== null && twin !== checked?.sha1) return { answer: { unchecked: twin } };
  const run = twin === null ? outcome.run : withCheck(outcome.run, checked!);
  return { change: { before: found, run, liveTasks } };
}

function newRunOf(deps: Deps, release: Release, input: ReportRunInput, shard: RunShard | null): Run {
  const place = {
    buildId: release.buildId,
    releaseId: release.id,
    name: input.runName,
    now: deps.clock.now(),
  };
  return { ...newRun(place), previousNames: input.previousNames ?? [], shard };
}

/** The run with a baseline chosen by the server, if requested and not done before. */
async function withBaseline(
  deps: Deps,
  tx: Transaction,
  release: Release,
  run: Run,
  input: ReportRunInput,
): Promise<Run> {
  if (input.choosesBaseline !== true) return run;
  if (input.refImage !== undefined) {
    throw new AppError(
      'invalid_argument',
      'choose_baseline and ref_image exclude each other: either the server chooses the baseline or the client sends it.',
      { details: { parameter: 'choose_baseline' } },
    );
  }
  if (run.baselineChoice !== null || run.ref.state !== 'none' || run.ref.image !== null) return run;
  const { choice, run: baseline } = await chooseForRun(deps, tx, release, [run.name, ...run.previousNames]);
  return {
    ...run,
    ref: refFromBaseline(baseline, run.ref.requests),
    baselineRunId: baseline?.id ?? null,
    baselineChoice: choice,
  };
}

/** The first one reported of an image stays; another image has none yet. */
function withPixels(before: Run, outcome: ReportOutcome, told: string | undefined): ReportOutcome {
  const { image } = outcome.run.current;
  const known = image === before.current.image ? before.pixelsSha256 : null;
  const pixelsSha256 = image === null ? null : (known ?? told ?? null);
  if (pixelsSha256 === outcome.run.pixelsSha256) return outcome;
  return { ...outcome, run: { ...outcome.run, pixelsSha256 }, changed: true };
}

/** The digest of uploads that this report made equal, else null. */
function newTwin(before: Run | null, run: Run): string | null {
  const twin = isCaptured(run) ? null : equalImages(run);
  // A pair that already waits for a comparison is left to it.
  return before !== null && equalImages(before) === twin ? null : twin;
}

function withCheck(run: Run, { outcome }: CheckedImage): Run {
  return outcome === 'unknown' ? run : withCheckedImage(run, outcome === 'good' ? null : outcome);
}

/** From the run's config, else the build's setting. */
async function failsOnForgiven(
  tx: Transaction,
  buildId: number,
  { comparison }: RunReport,
): Promise<boolean> {
  if (comparison?.forgivenPixels === undefined || comparison.forgivenPixels === 0) return false;
  return comparison.failOnForgiven ?? (await tx.builds.find(buildId))?.failOnForgiven ?? false;
}

function checkReport(input: ReportRunInput): RunReport {
  const { distortion } = input;
  if (distortion !== undefined && !(distortion >= 0 && distortion <= 1)) {
    throw new AppError('invalid_argument', `distortion must be a number from 0 to 1, got ${distortion}.`, {
      details: { parameter: 'distortion' },
    });
  }
  if (input.url !== undefined) checkShownUrl('url', input.url);
  if (input.refUrl !== undefined) checkShownUrl('ref_url', input.refUrl);
  const digest = (parameter: string, value: string | undefined) =>
    value === undefined ? undefined : checkDigest(parameter, value);
  return {
    url: input.url,
    image: digest('image', input.image),
    log: digest('log', input.log),
    config: digest('config', input.config),
    runFailed: input.runFailed,
    refUrl: input.refUrl,
    refImage: digest('ref_image', input.refImage),
    refLog: digest('ref_log', input.refLog),
    refConfig: digest('ref_config', input.refConfig),
    diffImage: digest('diff_image', input.diffImage),
    forgivenMask: digest('forgiven_mask', input.forgivenMask),
    alignedMask: digest('aligned_mask', input.alignedMask),
    diffLog: digest('diff_log', input.diffLog),
    diffFailed: input.diffFailed,
    distortion,
    failure: input.failure,
    comparison: input.comparison,
    capture: input.capture,
  };
}

type LeasedReport = ReportRunInput & { leaseId: string };

/** A lease is valid until it expires, and after its own result has ended the task. */
async function findLease(
  deps: Deps,
  tx: Transaction,
  release: Release,
  run: Run | null,
  { leaseId, runName }: LeasedReport,
): Promise<{ valid: boolean; slot: SlotName | null }> {
  const task: Task | null = await tx.tasks.findByLease(leaseId);
  const isOwn = task !== null && run !== null && task.runId === run.id;
  // A further screenshot of the visit; its run may not be there yet.
  const isShot = task?.releaseId === release.id && shotRunsOf(task).includes(runName);
  if (task === null || !(isOwn || isShot)) return { valid: false, slot: null };
  const running = task.status === 'live' && !task.leaseEnded && task.eta > deps.clock.now();
  return { valid: running || task.status === 'done', slot: task.slot };
}

function closed(release: Release): AppError {
  const advice = isDecided(release.status)
    ? 'It can no longer change.'
    : 'Only repeated reports are accepted.';
  return new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}. ${advice} Create a new release.`,
    { details: { status: release.status } },
  );
}
