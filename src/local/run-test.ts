/** One test: captures, compares with the baseline or replaces it, and writes the images. */

import { dirname, join } from 'node:path';
import type {
  LocalTestResult,
  LocalTestState,
  ReportComparison,
  ReportFailure,
  ReportImage,
} from '../contract/files/local-report.ts';
import type { CapturedPage, FailedCapture, FailureReason } from '../domain/capture/capture.ts';
import {
  comparisonSettings,
  hiddenDifference,
  type ComparisonResult,
  type ComparisonSettings,
} from '../domain/comparison/comparison.ts';
import { describeAlignment } from '../domain/comparison/describe-alignment.ts';
import type { DomSnapshot } from '../domain/dom/dom-snapshot.ts';
import { nameAlignment } from '../domain/dom/name-changes.ts';
import { shotNames } from '../domain/capture/steps.ts';
import { AppError } from '../base/errors.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Comparer } from '../ports/comparer.ts';
import { sha1Of, writeFileAtomically } from './atomic-file.ts';
import { captureWithRetries, type CaptureWithRetries } from './capture-page.ts';
import type { RunListener } from './events.ts';
import { maskConfig, maskUrl } from '../domain/capture/mask-secrets.ts';
import { keepBaselineDom, readBaselineDom, writeReportDom } from './doms.ts';
import { imagePath, pngSize, readBaseline, writeImage } from './images.ts';
import type { LocalTest } from './read-folder.ts';
import type { Visits } from './shots.ts';

export interface TestContext {
  command: 'test' | 'update';
  /** Absolute path of the folder with the baselines. */
  baselineFolder: string;
  /** Folder that the run writes its report into. */
  stagePath: string;
  /** The YAML file as shown. */
  file: string;
  /** Whether a missing baseline is accepted. */
  allowNoBaseline: boolean;
  /** Whether forgiven pixels count as a difference if the test's config does not say. */
  failOnForgiven: boolean;
  capturer: Capturer;
  comparer: Comparer;
  clock: Clock;
  visits: Visits;
  /** Reads the recorded structure of a page; null if it cannot be read. */
  readDom: (bytes: Uint8Array) => DomSnapshot | null;
  signal: AbortSignal;
  onEvent: RunListener;
  /** Limits concurrent captures; comparisons run outside of it. */
  inCaptureSlot<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Runs one test. Problems of the page or the images become part of the result.
 *
 * @throws AppError for problems that concern every test, such as `browser_missing` or a full disk; the signal's reason
 */
export async function runTest(test: LocalTest, context: TestContext): Promise<LocalTestResult> {
  const page = context.command === 'update' && test.ref !== null ? test.ref : test.run;
  const { captured, before } = await context.inCaptureSlot(async () => {
    context.onEvent({ type: 'test_started', name: test.name });
    const before = await readBefore(test, context);
    // An update never relies on the old image: what it writes must have settled independently.
    const expected =
      context.command === 'test' && before !== null && shotNames(page.config).length === 0
        ? { bytes: before.image, isDomKnown: before.dom !== null }
        : null;
    const { capturer, signal, onEvent } = context;
    return {
      captured: await context.visits.capture(test, page, () =>
        captureWithRetries(capturer, test.name, page, expected, signal, onEvent),
      ),
      before,
    };
  });
  context.onEvent({ type: 'test_stage', name: test.name, stage: 'comparing' });
  const start = context.clock.monotonicMs();
  const settled = await (context.command === 'test'
    ? testAgainstBaseline(test, before, captured, context)
    : updateBaseline(test, before, captured, context));
  const { outcome } = captured;
  return {
    ...emptyResult(test, context),
    url: maskUrl(page.url),
    config: maskConfig(page.config),
    ...settled,
    attempts: captured.attempts,
    shots: outcome.ok ? outcome.shots : null,
    settled: outcome.ok ? outcome.settled : null,
    incomplete: [...(outcome.incomplete ?? [])],
    incompleteCount: outcome.incompleteCount ?? 0,
    log: captured.log,
    durationMs: Math.round(outcome.durationMs + context.clock.monotonicMs() - start),
  };
}

/** The result of a test that could not be captured. */
export function failedResult(
  test: LocalTest,
  context: Pick<TestContext, 'command' | 'file'>,
  failure: ReportFailure,
  log = '',
): LocalTestResult {
  return { ...emptyResult(test, context), state: 'failed', failure, log };
}

type Settled = Pick<
  LocalTestResult,
  | 'state'
  | 'before'
  | 'after'
  | 'dom'
  | 'mask'
  | 'forgivenMask'
  | 'alignedMask'
  | 'diffPath'
  | 'comparison'
  | 'failure'
  | 'failureImage'
>;

function emptyResult(
  test: LocalTest,
  { command, file }: Pick<TestContext, 'command' | 'file'>,
): LocalTestResult {
  const page = command === 'update' && test.ref !== null ? test.ref : test.run;
  return {
    name: test.name,
    file,
    reference: join(dirname(file), baselineName(test)),
    url: maskUrl(page.url),
    ...(test.ref === null ? {} : { refUrl: maskUrl(test.ref.url) }),
    ...nothing('failed', null),
    attempts: 0,
    shots: null,
    settled: null,
    incomplete: [],
    incompleteCount: 0,
    log: '',
    durationMs: 0,
    config: maskConfig(page.config),
  };
}

function nothing(state: LocalTestState, failure: ReportFailure | null): Settled {
  return {
    state,
    before: null,
    after: null,
    dom: null,
    mask: null,
    forgivenMask: null,
    alignedMask: null,
    diffPath: null,
    comparison: null,
    failure,
  };
}

/** A baseline, and the structure of the page that it shows. */
interface Before {
  image: Buffer;
  dom: Uint8Array | null;
}

async function readBefore(test: LocalTest, context: TestContext): Promise<Before | null> {
  const image = await readBaseline(baselinePath(test, context));
  if (image === null) return null;
  return { image, dom: await readBaselineDom(context.baselineFolder, test.fileName, image) };
}

async function testAgainstBaseline(
  test: LocalTest,
  before: Before | null,
  { outcome }: CaptureWithRetries,
  context: TestContext,
): Promise<Settled> {
  if (!outcome.ok) return failedCapture(test, before?.image ?? null, outcome, context);
  const after = await writeImage(context.stagePath, test.fileName, 'run', outcome.image, outcome);
  const dom =
    outcome.dom === null ? null : await writeReportDom(context.stagePath, test.fileName, outcome.dom);
  if (before === null) {
    const message = `There is no baseline ${baselineName(test)} yet: "dpxdt update" or "dpxdt approve" makes this image the baseline.`;
    const failure = context.allowNoBaseline ? null : { reason: 'reference_missing' as const, message };
    return { ...nothing('new', failure), after, dom };
  }
  try {
    return {
      ...nothing('same', null),
      after,
      dom,
      ...(await compare(test, before, after, outcome, context)),
    };
  } catch (error) {
    return { ...nothing('failed', toFailure(error)), after, dom };
  }
}

/** A page that could not be captured is shown with its baseline. */
async function failedCapture(
  test: LocalTest,
  baseline: Buffer | null,
  { failure, image }: FailedCapture,
  { stagePath }: TestContext,
): Promise<Settled> {
  const size = baseline === null ? null : pngSize(baseline);
  const before =
    baseline === null || size === null
      ? null
      : await writeImage(stagePath, test.fileName, 'ref', baseline, size);
  const shown = image === undefined ? null : pngSize(image);
  if (image === undefined || shown === null) return { ...nothing('failed', failure), before };
  return {
    ...nothing('failed', failure),
    before,
    failureImage: await writeImage(stagePath, test.fileName, 'failure', image, shown),
  };
}

async function compare(
  test: LocalTest,
  { image: baseline, dom }: Before,
  after: ReportImage,
  captured: CapturedPage,
  context: TestContext,
): Promise<Partial<Settled>> {
  const { config } = context.command === 'update' && test.ref !== null ? test.ref : test.run;
  const settings = comparisonSettings({
    ...(context.failOnForgiven && { failOnForgiven: true }),
    ...config,
  });
  const compared = await context.comparer.compare({
    before: { bytes: baseline, name: join(dirname(context.file), baselineName(test)) },
    after: { bytes: captured.image, name: after.path },
    settings,
    withMask: true,
    ...(config.maxPixels === undefined ? {} : { maxPixels: config.maxPixels }),
  });
  const result = withNames(compared, dom, captured.dom, context);
  // Learned by a test, too, where the folder exists: the baselines may be those of a colleague.
  const keepsDom = dom === null || context.command === 'update';
  if (keepsDom && captured.dom !== null && isIdentical(result))
    await keepBaselineDom(context.baselineFolder, test.fileName, baseline, captured.dom, {
      makesFolder: context.command === 'update',
    });
  const { stagePath } = context;
  // The report keeps a copy: it must show the old image even after the baseline is replaced.
  const before =
    sha1Of(baseline) === after.sha1sum
      ? after
      : await writeImage(stagePath, test.fileName, 'ref', baseline, result.before);
  const comparison = toReportComparison(result, settings);
  if (context.command === 'update')
    return { state: isIdentical(result) ? 'unchanged' : 'updated', before, comparison };
  const maskFile = async (
    kind: 'mask' | 'forgiven' | 'aligned',
    bytes: Uint8Array | null,
    size = result.canvas,
  ) => (bytes === null ? null : writeImage(stagePath, test.fileName, kind, bytes, size));
  const forgivenMask = await maskFile('forgiven', result.forgivenMask);
  const alignedMask = await maskFile('aligned', result.alignedMask, result.after);
  if (result.same) return { state: 'same', before, comparison, forgivenMask, alignedMask };
  const overlay = await context.comparer.overlay({ bytes: captured.image }, result);
  await writeImage(stagePath, test.fileName, 'diff', overlay, result.canvas);
  const mask = await maskFile('mask', result.mask);
  const diffPath = imagePath(test.fileName, 'diff');
  return { state: 'differs', before, comparison, mask, forgivenMask, alignedMask, diffPath };
}

/** Keeps the old file if not one pixel differs, even if the bytes do. */
async function updateBaseline(
  test: LocalTest,
  before: Before | null,
  { outcome }: CaptureWithRetries,
  context: TestContext,
): Promise<Settled> {
  if (!outcome.ok) return failedCapture(test, before?.image ?? null, outcome, context);
  const after = await writeImage(context.stagePath, test.fileName, 'run', outcome.image, outcome);
  const settled: Settled = { ...nothing('updated', null), after };
  if (before !== null) {
    try {
      Object.assign(settled, await compare(test, before, after, outcome, context));
    } catch (error) {
      // An unreadable baseline is one that an update should replace.
      toFailure(error);
    }
  }
  if (settled.state === 'updated') {
    await writeFileAtomically(baselinePath(test, context), outcome.image);
    if (outcome.dom !== null)
      await keepBaselineDom(context.baselineFolder, test.fileName, outcome.image, outcome.dom);
  }
  return settled;
}

/** Names the changes, if the structure of both pages is known. */
function withNames(
  result: ComparisonResult,
  before: Uint8Array | null,
  after: Uint8Array | null,
  { readDom }: TestContext,
): ComparisonResult {
  const { alignment } = result;
  if (alignment === null || alignment.changes.length === 0 || before === null || after === null)
    return result;
  const [old, now] = [readDom(before), readDom(after)];
  return old === null || now === null ? result : { ...result, alignment: nameAlignment(alignment, old, now) };
}

function isIdentical({ distortion, changedPixels, before, after }: ComparisonResult): boolean {
  return (
    distortion === 0 && changedPixels === 0 && before.width === after.width && before.height === after.height
  );
}

function baselineName(test: LocalTest): string {
  return `${test.fileName}.png`;
}

function baselinePath(test: LocalTest, { baselineFolder }: TestContext): string {
  return join(baselineFolder, baselineName(test));
}

function toReportComparison(result: ComparisonResult, settings: ComparisonSettings): ReportComparison {
  return {
    same: result.same,
    canvas: result.canvas,
    distortion: result.distortion,
    changedPixels: result.changedPixels,
    diffRatio: result.diffRatio,
    allowedPixels: result.allowedPixels,
    antiAliasedPixels: result.antiAliasedPixels,
    belowThresholdPixels: result.belowThresholdPixels,
    regions: result.regions,
    regionCount: result.regionCount,
    forgivenPixels: result.forgivenPixels,
    forgivenRegions: result.forgivenRegions,
    forgivenRegionCount: result.forgivenRegionCount,
    changeKey: result.changeKey,
    ignored: result.ignored,
    alignment: result.alignment,
    moves: result.alignment === null ? null : describeAlignment(result.alignment),
    metric: { ...result.metric },
    settings,
    hidden: hiddenDifference(result),
    durationMs: result.durationMs,
  };
}

function toFailure(error: unknown): ReportFailure {
  if (error instanceof AppError && (error.code === 'image_invalid' || error.code === 'image_too_large')) {
    return { reason: error.code satisfies FailureReason, message: error.message };
  }
  throw error;
}
