import { actorOf, isWorkerKey } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { refFromBaseline } from '../domain/baseline.ts';
import { AppError } from '../domain/errors.ts';
import { checkDigest, checkName, checkShownUrl } from '../domain/names.ts';
import { isDecided, isOpen } from '../domain/release-lifecycle.ts';
import { applyReport } from '../domain/run-report.ts';
import type { ReportOutcome, RunReport } from '../domain/run-report.ts';
import { newRun } from '../domain/run-request.ts';
import type { Release, Run, SlotName, Task } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import { chooseForRun } from './baselines/choose-for-run.ts';
import type { Deps } from './deps.ts';
import { lockReleaseToUse } from './find-build.ts';
import type { ReleaseName } from './find-build.ts';
import { lockReleaseOfTask } from './held-tasks.ts';
import { requireOwned } from './own-artifacts.ts';
import { saveRun } from './save-run.ts';

export interface ReportRunInput extends ReleaseName, RunReport {
  runName: string;
  /** Former names of the page, tried in this order where its own has no baseline. */
  previousNames?: readonly string[] | undefined;
  /** The server chooses what the run is compared with, once; not together with a baseline of the client's. */
  choosesBaseline?: boolean | undefined;
  /** Of the run's own picture. */
  pixelsSha256?: string | undefined;
  /** The lease of the task whose result this is; a lost lease is refused. */
  leaseId?: string | undefined;
}

export interface ReportRunResult {
  run: Run;
  release: Release;
  /** False when everything in the report was known. */
  changed: boolean;
}

/** Sets what the report carries; in any order, repeated, from several workers, with the same end result. */
export async function reportRun(
  deps: Deps,
  principal: Principal,
  input: ReportRunInput,
): Promise<ReportRunResult> {
  checkName('run_name', input.runName);
  const report = checkReport(input);
  return deps.store.transaction(async (tx) => {
    const release = isWorkerKey(principal)
      ? await lockReleaseOfTask(deps, tx, principal, input)
      : await lockReleaseToUse(tx, principal, input);
    const before = await tx.runs.find(release.id, input.runName);
    const liveTasks = before === null ? [] : await tx.tasks.liveOfRun(before.id);
    const lease = input.leaseId === undefined ? null : await findLease(deps, tx, before, input.leaseId);
    const draft = await withBaseline(deps, tx, release, before ?? newRunOf(deps, release, input), input);
    const isChosen = draft.baselineChoice !== null && before?.baselineChoice === null;
    await requireOwned(tx, release.buildId, {
      image: report.image,
      log: report.log,
      config: report.config,
      ref_image: report.refImage,
      ref_log: report.refLog,
      ref_config: report.refConfig,
      diff_image: report.diffImage,
      forgiven_mask: report.forgivenMask,
      diff_log: report.diffLog,
    });
    const live = new Set(liveTasks.map((task) => task.slot!));
    report.failOnForgiven = await failsOnForgiven(tx, release.buildId, report);
    const outcome = withPixels(applyReport(draft, report, live, lease?.slot ?? null), input.pixelsSha256);
    const isRepeat = before !== null && !outcome.changed && !isChosen;
    if (isRepeat && !outcome.ignored) return { run: draft, release, changed: false };
    if (lease !== null && !lease.valid) {
      throw new AppError(
        'lease_lost',
        `The lease on the task of run "${input.runName}" has run out or was taken by another worker; its result is not taken.`,
      );
    }
    if (!isOpen(release.status)) throw closed(release);
    if (isRepeat) return { run: draft, release, changed: false };
    const saved = await saveRun(deps, tx, {
      release,
      before,
      run: outcome.run,
      liveTasks,
      actor: actorOf(principal),
    });
    return { ...saved, changed: true };
  });
}

function newRunOf(deps: Deps, release: Release, input: ReportRunInput): Run {
  const place = {
    buildId: release.buildId,
    releaseId: release.id,
    name: input.runName,
    now: deps.clock.now(),
  };
  return { ...newRun(place), previousNames: input.previousNames ?? [] };
}

/** The run with the baseline that the server chooses for it, where that is asked for and was not done yet. */
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
      'choose_baseline and ref_image exclude each other: either the server chooses the baseline, or the client gives it.',
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

/** The first that is told stays. */
function withPixels(outcome: ReportOutcome, pixelsSha256: string | undefined): ReportOutcome {
  const { run } = outcome;
  if (pixelsSha256 === undefined || run.pixelsSha256 !== null || run.current.image === null) return outcome;
  return { ...outcome, run: { ...run, pixelsSha256 }, changed: true };
}

/** What the run's config says, else the setting of its build. */
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
    diffLog: digest('diff_log', input.diffLog),
    diffFailed: input.diffFailed,
    distortion,
    failure: input.failure,
    comparison: input.comparison,
    capture: input.capture,
  };
}

/** A lease is good while it runs, and after its own result has ended the task. */
async function findLease(
  deps: Deps,
  tx: Transaction,
  run: Run | null,
  leaseId: string,
): Promise<{ valid: boolean; slot: SlotName | null }> {
  const task: Task | null = await tx.tasks.findByLease(leaseId);
  if (task === null || run === null || task.runId !== run.id) return { valid: false, slot: null };
  const running = task.status === 'live' && !task.leaseEnded && task.eta > deps.clock.now();
  return { valid: running || task.status === 'done', slot: task.slot };
}

function closed(release: Release): AppError {
  const advice = isDecided(release.status)
    ? 'Nothing in it can change.'
    : 'Only repeats of what was reported are taken.';
  return new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}. ${advice} Create a new release.`,
    { details: { status: release.status } },
  );
}
