/** One test: capture, compare with the reference or become the reference, write the pictures. */

import { dirname, join } from 'node:path';
import type {
  LocalTestResult,
  LocalTestState,
  ReportComparison,
  ReportFailure,
  ReportPicture,
} from '../contract/files/local-report.ts';
import type { CapturedPage, Failure, FailureReason } from '../domain/capture/capture.ts';
import {
  comparisonSettings,
  hiddenDifference,
  type ComparisonResult,
  type ComparisonSettings,
} from '../domain/comparison/comparison.ts';
import { AppError } from '../base/errors.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { Clock } from '../ports/clock.ts';
import type { Differ } from '../ports/comparer.ts';
import { sha1Of, writeFileAtomically } from './atomic-file.ts';
import { captureWithRetries, type CaptureWithRetries } from './capture-page.ts';
import type { RunListener } from './events.ts';
import { maskConfig, maskUrl } from '../domain/capture/mask-secrets.ts';
import { picturePath, pngSize, readReference, writePicture } from './images.ts';
import type { LocalTest } from './read-folder.ts';

export interface TestContext {
  command: 'test' | 'update';
  /** Absolute path of the folder with the references. */
  referenceFolder: string;
  /** Folder that the run writes its report into. */
  stagePath: string;
  /** The YAML file as shown. */
  file: string;
  /** A missing reference is no failure. */
  allowNoBaseline: boolean;
  /** Whether forgiven pixels make a difference where a test's config says nothing about it. */
  failOnForgiven: boolean;
  capturer: Capturer;
  differ: Differ;
  clock: Clock;
  signal: AbortSignal;
  onEvent: RunListener;
  /** Bounds the captures in flight; comparing goes on outside of it. */
  inCaptureSlot<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Runs one test. Whatever goes wrong with the page or the pictures is in the result.
 *
 * @throws AppError `browser_missing`, a full disk and what else concerns every test; the signal's reason
 */
export async function runTest(test: LocalTest, context: TestContext): Promise<LocalTestResult> {
  const page = context.command === 'update' && test.ref !== null ? test.ref : test.run;
  const { captured, reference } = await context.inCaptureSlot(async () => {
    context.onEvent({ type: 'test_started', name: test.name });
    const reference = await readReference(referencePath(test, context));
    // An update never takes the old picture's word for it: what it writes stood still by itself.
    const expected = context.command === 'test' ? reference : null;
    const { capturer, signal, onEvent } = context;
    return {
      captured: await captureWithRetries(capturer, test.name, page, expected, signal, onEvent),
      reference,
    };
  });
  context.onEvent({ type: 'test_stage', name: test.name, stage: 'comparing' });
  const start = context.clock.monotonicMs();
  const settled = await (context.command === 'test'
    ? testAgainstReference(test, reference, captured, context)
    : updateReference(test, reference, captured, context));
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

/** The result of a test that could not even be captured. */
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
  'state' | 'before' | 'after' | 'mask' | 'forgivenMask' | 'diffPath' | 'comparison' | 'failure'
>;

function emptyResult(
  test: LocalTest,
  { command, file }: Pick<TestContext, 'command' | 'file'>,
): LocalTestResult {
  const page = command === 'update' && test.ref !== null ? test.ref : test.run;
  return {
    name: test.name,
    file,
    reference: join(dirname(file), referenceName(test)),
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
    mask: null,
    forgivenMask: null,
    diffPath: null,
    comparison: null,
    failure,
  };
}

async function testAgainstReference(
  test: LocalTest,
  reference: Buffer | null,
  { outcome }: CaptureWithRetries,
  context: TestContext,
): Promise<Settled> {
  if (!outcome.ok) return failedCapture(test, reference, outcome.failure, context);
  const after = await writePicture(context.stagePath, test.fileName, 'run', outcome.image, outcome);
  if (reference === null) {
    const message = `There is no reference ${referenceName(test)} yet: "dpxdt update" or "dpxdt approve" makes this picture the reference.`;
    const failure = context.allowNoBaseline ? null : { reason: 'reference_missing' as const, message };
    return { ...nothing('new', failure), after };
  }
  try {
    return { ...nothing('same', null), after, ...(await compare(test, reference, after, outcome, context)) };
  } catch (error) {
    return { ...nothing('failed', toFailure(error)), after };
  }
}

/** A page that could not be captured is shown with its reference. */
async function failedCapture(
  test: LocalTest,
  reference: Buffer | null,
  failure: Failure,
  { stagePath }: TestContext,
): Promise<Settled> {
  const size = reference === null ? null : pngSize(reference);
  const before =
    reference === null || size === null
      ? null
      : await writePicture(stagePath, test.fileName, 'ref', reference, size);
  return { ...nothing('failed', failure), before };
}

async function compare(
  test: LocalTest,
  reference: Buffer,
  after: ReportPicture,
  captured: CapturedPage,
  context: TestContext,
): Promise<Partial<Settled>> {
  const { config } = context.command === 'update' && test.ref !== null ? test.ref : test.run;
  const settings = comparisonSettings({
    ...(context.failOnForgiven && { failOnForgiven: true }),
    ...config,
  });
  const result = await context.differ.compare({
    before: { bytes: reference, name: join(dirname(context.file), referenceName(test)) },
    after: { bytes: captured.image, name: after.path },
    settings,
    withMask: true,
    ...(config.maxPixels === undefined ? {} : { maxPixels: config.maxPixels }),
  });
  const { stagePath } = context;
  // The report keeps a copy: it must go on showing the old picture when the reference is replaced.
  const before =
    sha1Of(reference) === after.sha1sum
      ? after
      : await writePicture(stagePath, test.fileName, 'ref', reference, result.before);
  const comparison = toReportComparison(result, settings);
  if (context.command === 'update')
    return { state: isIdentical(result) ? 'unchanged' : 'updated', before, comparison };
  const maskFile = async (kind: 'mask' | 'forgiven', bytes: Uint8Array | null) =>
    bytes === null ? null : writePicture(stagePath, test.fileName, kind, bytes, result.canvas);
  const forgivenMask = await maskFile('forgiven', result.forgivenMask);
  if (result.same) return { state: 'same', before, comparison, forgivenMask };
  const overlay = await context.differ.overlay({ bytes: captured.image }, result);
  await writePicture(stagePath, test.fileName, 'diff', overlay, result.canvas);
  const mask = await maskFile('mask', result.mask);
  const diffPath = picturePath(test.fileName, 'diff');
  return { state: 'differs', before, comparison, mask, forgivenMask, diffPath };
}

/** A picture without one different pixel is no news, whatever its bytes: the old file stays. */
async function updateReference(
  test: LocalTest,
  reference: Buffer | null,
  { outcome }: CaptureWithRetries,
  context: TestContext,
): Promise<Settled> {
  if (!outcome.ok) return failedCapture(test, reference, outcome.failure, context);
  const after = await writePicture(context.stagePath, test.fileName, 'run', outcome.image, outcome);
  const settled: Settled = { ...nothing('updated', null), after };
  if (reference !== null) {
    try {
      Object.assign(settled, await compare(test, reference, after, outcome, context));
    } catch (error) {
      // An unreadable reference is what an update is there to replace.
      toFailure(error);
    }
  }
  if (settled.state === 'updated') await writeFileAtomically(referencePath(test, context), outcome.image);
  return settled;
}

function isIdentical({ distortion, changedPixels, before, after }: ComparisonResult): boolean {
  return (
    distortion === 0 && changedPixels === 0 && before.width === after.width && before.height === after.height
  );
}

function referenceName(test: LocalTest): string {
  return `${test.fileName}.png`;
}

function referencePath(test: LocalTest, { referenceFolder }: TestContext): string {
  return join(referenceFolder, referenceName(test));
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
