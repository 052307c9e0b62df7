/** What a capture of a test means: compared with the baseline, or made the baseline. Writes the images. */

import { dirname, join } from 'node:path';
import type {
  LocalTestResult,
  LocalTestState,
  ReportComparison,
  ReportFailure,
  ReportImage,
} from '../contract/files/local-report.ts';
import type {
  CapturedPage,
  CaptureOutcome,
  FailedCapture,
  FailureReason,
} from '../domain/capture/capture.ts';
import {
  comparisonSettings,
  beyondMaxMove,
  hiddenDifference,
  type ComparisonResult,
  type ComparisonSettings,
} from '../domain/comparison/comparison.ts';
import { describeAlignment } from '../domain/comparison/describe-alignment.ts';
import type { DomSnapshot } from '../domain/dom/dom-snapshot.ts';
import { nameAlignment } from '../domain/dom/name-changes.ts';
import { AppError } from '../base/errors.ts';
import type { Comparer } from '../ports/comparer.ts';
import { sha1Of, writeFileAtomically } from './atomic-file.ts';
import { keepBaselineDom, readBaselineDom, writeReportDom } from './doms.ts';
import { imagePath, pngSize, readBaseline, writeImage } from './images.ts';
import { baselineName, pageOf, type LocalTest } from './read-files.ts';

export interface JudgeContext {
  command: 'test' | 'update';
  /** Absolute path of the folder with the baselines. */
  baselineFolder: string;
  /** Folder that the run writes its report into. */
  stagePath: string;
  /** Of the images in the report, without kind and extension. */
  imageName: string;
  /** The YAML file as shown. */
  file: string;
  /** Whether a missing baseline is accepted. */
  allowNoBaseline: boolean;
  /** Whether forgiven pixels count as a difference if the test's config does not say. */
  failOnForgiven: boolean;
  /** Whether `update` writes the screenshot of a page that never settled. */
  allowUnsettled: boolean;
  comparer: Comparer;
  /** Reads the recorded structure of a page; null if it cannot be read. */
  readDom: (bytes: Uint8Array) => DomSnapshot | null;
}

export type Judged = Pick<
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

export function nothing(state: LocalTestState, failure: ReportFailure | null): Judged {
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
export interface Before {
  image: Buffer;
  dom: Uint8Array | null;
}

export async function readBefore(
  test: LocalTest,
  context: Pick<JudgeContext, 'baselineFolder'>,
): Promise<Before | null> {
  const image = await readBaseline(baselinePath(test, context));
  if (image === null) return null;
  return { image, dom: await readBaselineDom(context.baselineFolder, test.fileName, image) };
}

/** Compares what was captured with the baseline, or makes it the baseline. */
export async function judgeCapture(
  test: LocalTest,
  before: Before | null,
  outcome: CaptureOutcome,
  context: JudgeContext,
): Promise<Judged> {
  if (!outcome.ok) return failedCapture(before?.image ?? null, outcome, context);
  const after = await writeImage(context.stagePath, context.imageName, 'run', outcome.image, outcome);
  return context.command === 'test'
    ? testAgainstBaseline(test, before, after, outcome, context)
    : updateBaseline(test, before, after, outcome, context);
}

async function testAgainstBaseline(
  test: LocalTest,
  before: Before | null,
  after: ReportImage,
  captured: CapturedPage,
  context: JudgeContext,
): Promise<Judged> {
  const { stagePath, imageName } = context;
  const dom = captured.dom === null ? null : await writeReportDom(stagePath, imageName, captured.dom);
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
      ...(await compare(test, before, after, captured, context)),
    };
  } catch (error) {
    return { ...nothing('failed', toFailure(error)), after, dom };
  }
}

/** A page that could not be captured is shown with its baseline. */
async function failedCapture(
  baseline: Buffer | null,
  { failure, image }: FailedCapture,
  { stagePath, imageName }: JudgeContext,
): Promise<Judged> {
  const size = baseline === null ? null : pngSize(baseline);
  const before =
    baseline === null || size === null ? null : await writeImage(stagePath, imageName, 'ref', baseline, size);
  const shown = image === undefined ? null : pngSize(image);
  if (image === undefined || shown === null) return { ...nothing('failed', failure), before };
  return {
    ...nothing('failed', failure),
    before,
    failureImage: await writeImage(stagePath, imageName, 'failure', image, shown),
  };
}

async function compare(
  test: LocalTest,
  { image: baseline, dom }: Before,
  after: ReportImage,
  captured: CapturedPage,
  context: JudgeContext,
): Promise<Partial<Judged>> {
  const { config } = pageOf(test, context.command);
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
  const { stagePath, imageName } = context;
  // The report keeps a copy: it must show the old image even after the baseline is replaced.
  const before =
    sha1Of(baseline) === after.sha1sum
      ? after
      : await writeImage(stagePath, imageName, 'ref', baseline, result.before);
  const comparison = toReportComparison(result, settings);
  if (context.command === 'update')
    return { state: isIdentical(result) ? 'unchanged' : 'updated', before, comparison };
  const maskFile = async (
    kind: 'mask' | 'forgiven' | 'aligned',
    bytes: Uint8Array | null,
    size = result.canvas,
  ) => (bytes === null ? null : writeImage(stagePath, imageName, kind, bytes, size));
  const forgivenMask = await maskFile('forgiven', result.forgivenMask);
  const alignedMask = await maskFile('aligned', result.alignedMask, result.after);
  if (result.same) return { state: 'same', before, comparison, forgivenMask, alignedMask };
  const overlay = await context.comparer.overlay({ bytes: captured.image }, result);
  await writeImage(stagePath, imageName, 'diff', overlay, result.canvas);
  const mask = await maskFile('mask', result.mask);
  const diffPath = imagePath(imageName, 'diff');
  return { state: 'differs', before, comparison, mask, forgivenMask, alignedMask, diffPath };
}

/** Keeps the old file if not one pixel differs, even if the bytes do. */
async function updateBaseline(
  test: LocalTest,
  before: Before | null,
  after: ReportImage,
  captured: CapturedPage,
  context: JudgeContext,
): Promise<Judged> {
  const judged: Judged = { ...nothing('updated', null), after };
  if (before !== null) {
    try {
      Object.assign(judged, await compare(test, before, after, captured, context));
    } catch (error) {
      // An unreadable baseline is one that an update should replace.
      toFailure(error);
    }
  }
  if (judged.state === 'updated' && !captured.settled && !context.allowUnsettled) {
    const kept = before === null ? 'no baseline was written' : 'the old baseline was kept';
    const message = `The page never settled, so ${kept}: hide or mask what moves, or use --allow-unsettled.`;
    return { ...judged, state: 'failed', failure: { reason: 'page_never_settles', message } };
  }
  if (judged.state === 'updated') {
    await writeFileAtomically(baselinePath(test, context), captured.image);
    if (captured.dom !== null)
      await keepBaselineDom(context.baselineFolder, test.fileName, captured.image, captured.dom);
  }
  return judged;
}

/** Names the changes, if the structure of both pages is known. */
function withNames(
  result: ComparisonResult,
  before: Uint8Array | null,
  after: Uint8Array | null,
  { readDom }: JudgeContext,
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

function baselinePath(test: LocalTest, { baselineFolder }: Pick<JudgeContext, 'baselineFolder'>): string {
  return join(baselineFolder, baselineName(test));
}

function toReportComparison(result: ComparisonResult, settings: ComparisonSettings): ReportComparison {
  const beyond = beyondMaxMove(result, settings);
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
    ignored: result.ignored,
    alignment: result.alignment,
    moves: result.alignment === null ? null : describeAlignment(result.alignment, beyond),
    ...(beyond !== null && { beyondMaxMove: beyond }),
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
