import type { ComparisonKeys } from '../domain/capture/capture-config.ts';
import {
  beyondMaxMove,
  beyondMaxMoveWords,
  comparisonSettings,
  formatDistortion,
  hiddenDifference,
} from '../domain/comparison/comparison.ts';
import type { ComparisonResult, ComparisonSettings } from '../domain/comparison/comparison.ts';
import { describeAlignment } from '../domain/comparison/describe-alignment.ts';
import { AppError } from '../base/errors.ts';
import type { ComparisonDetails } from '../domain/comparison/comparison-details.ts';
import type { RunFailure } from '../domain/runs/run.ts';
import { maxChanges } from '../domain/comparison/alignment.ts';
import { nameAlignment } from '../domain/dom/name-changes.ts';
import { changeNames } from '../domain/dom/name-words.ts';
import { upload } from './capture-task.ts';
import { pixelsOf } from './pixels-of.ts';
import { readComparisonPayload, runOf } from './payloads.ts';
import type { RunResult } from './task-server.ts';
import type { Work, WorkContext } from './work.ts';

/** Compares the two images of a run and reports the difference, or why they cannot be compared. */
export const comparisonTask: Work = async (context) => {
  const payload = readComparisonPayload(context.task);
  const { ask, parts, task } = context;
  const run = runOf(payload);
  const report = (result: RunResult) =>
    ask((signal) => parts.server.report(run, result, task.leaseId, signal));
  try {
    const config = await readConfig(context, run.buildId);
    const settings = comparisonSettings(config);
    context.say('Comparing.');
    const images = await download(context, payload);
    const result = await withNames(
      context,
      run.buildId,
      await compare(context, images, settings, config.maxPixels),
    );
    const isReviewed = !result.same || result.forgivenPixels > 0;
    const pixels = isReviewed ? await pixelsOf(context, { bytes: images.after }, config.maxPixels) : {};
    context.say('Uploading the comparison.');
    const log = await upload(context, run.buildId, 'comparison.log', describe(result, settings));
    await report({ ...(await toResult(context, run.buildId, result, settings, log)), ...pixels });
    return null;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    const log = await upload(context, run.buildId, 'comparison.log', `${failure.message}\n`);
    await report({ diffFailed: true, diffLog: log, failure });
    return failure;
  }
};

async function readConfig(context: WorkContext, buildId: number): Promise<ComparisonKeys> {
  const { server } = context.parts;
  const sha1 = context.task.config;
  if (sha1 === null) return {};
  const bytes = await context.ask((signal) => server.download(buildId, sha1, signal));
  return context.parts.readComparisonKeys(new TextDecoder().decode(bytes));
}

async function download(
  { ask, parts }: WorkContext,
  payload: { build_id: number; run_sha1sum: string; reference_sha1sum: string },
): Promise<{ before: Uint8Array; after: Uint8Array }> {
  const one = (sha1: string) => ask((inTime) => parts.server.download(payload.build_id, sha1, inTime));
  const [before, after] = await Promise.all([one(payload.reference_sha1sum), one(payload.run_sha1sum)]);
  return { before, after };
}

async function compare(
  { parts, signal }: WorkContext,
  { before, after }: { before: Uint8Array; after: Uint8Array },
  settings: ComparisonSettings,
  maxPixels: number | undefined,
): Promise<ComparisonResult> {
  const result = await parts.tracer.span({ name: 'compare pixels' }, () =>
    parts.comparer.compare({
      before: { bytes: before },
      after: { bytes: after },
      settings,
      withMask: true,
      ...(maxPixels !== undefined && { maxPixels }),
    }),
  );
  signal.throwIfAborted();
  return result;
}

/** Names the changes, if the structure of both pages is known. It never fails a comparison. */
async function withNames(
  { ask, task, parts }: WorkContext,
  buildId: number,
  result: ComparisonResult,
): Promise<ComparisonResult> {
  const { alignment } = result;
  const { doms } = task;
  if (alignment === null || alignment.changes.length === 0 || doms === null) return result;
  const read = async (sha1: string) =>
    parts.readDom(await ask((signal) => parts.server.download(buildId, sha1, signal)));
  try {
    const [before, after] = await Promise.all([read(doms.before), read(doms.after)]);
    if (before === null || after === null) return result;
    return { ...result, alignment: nameAlignment(alignment, before, after) };
  } catch (error) {
    // A file that is gone or damaged.
    if (
      error instanceof AppError &&
      (error.code === 'artifact_not_found' || error.code === 'artifact_corrupt')
    )
      return result;
    throw error;
  }
}

async function toResult(
  { ask, parts: { server } }: WorkContext,
  buildId: number,
  result: ComparisonResult,
  settings: ComparisonSettings,
  log: string,
): Promise<RunResult> {
  const send = async (name: string, bytes: Uint8Array | null) =>
    bytes === null ? undefined : ask((signal) => server.upload(buildId, { name, bytes }, signal));
  const diffImage = await send('diff.png', result.same ? null : result.mask);
  const forgivenMask = await send('forgiven.png', result.forgivenMask);
  const alignedMask = await send('aligned.png', result.alignedMask);
  return {
    diffLog: log,
    ...(diffImage !== undefined && { diffImage }),
    ...(forgivenMask !== undefined && { forgivenMask }),
    ...(alignedMask !== undefined && { alignedMask }),
    distortion: result.distortion,
    comparison: detailsOf(result, settings),
  };
}

function detailsOf(result: ComparisonResult, settings: ComparisonSettings): ComparisonDetails {
  const { failOnForgiven } = settings;
  const hidden = hiddenDifference(result);
  const beyond = beyondMaxMove(result, settings);
  return {
    changedPixels: result.changedPixels,
    diffRatio: result.diffRatio,
    regions: result.regions,
    regionCount: result.regionCount,
    before: result.before,
    after: result.after,
    canvas: result.canvas,
    antiAliasedPixels: result.antiAliasedPixels,
    belowThresholdPixels: result.belowThresholdPixels,
    forgivenPixels: result.forgivenPixels,
    forgivenRegions: result.forgivenRegions,
    forgivenRegionCount: result.forgivenRegionCount,
    ...(failOnForgiven !== undefined && { failOnForgiven }),
    ...(result.ignored.length > 0 && { ignored: result.ignored }),
    ...(hidden !== null && { hidden }),
    metric: { ...result.metric },
    ...(result.alignment !== null && { alignment: result.alignment }),
    ...(beyond !== null && { beyondMaxMove: beyond }),
  };
}

/** Describes the comparison; equal images give equal text. */
function describe(result: ComparisonResult, settings: ComparisonSettings): string {
  const size = ({ width, height }: { width: number; height: number }) => `${width} × ${height}`;
  const beyond = beyondMaxMove(result, settings);
  const lines = [
    `before: ${size(result.before)}, after: ${size(result.after)}`,
    `threshold: ${settings.threshold}, anti-aliasing: ${settings.antialiasing}`,
    `changed pixels: ${result.changedPixels} of ${result.canvas.width * result.canvas.height}, allowed: ${result.allowedPixels}`,
    `anti-aliased: ${result.antiAliasedPixels}, below the threshold: ${result.belowThresholdPixels}`,
    `distortion: ${formatDistortion(result.distortion)} (${result.metric.name} version ${result.metric.version})`,
    `regions: ${result.regionCount}`,
    ...result.regions.map(
      ({ left, top, ...region }) => `  ${size(region)} at ${left}, ${top}: ${region.changedPixels} pixels`,
    ),
    ...describeMoves(result.alignment),
    beyond === null ? '' : beyondMaxMoveWords(beyond),
    ...changeNames(result.alignment?.changes ?? [], maxChanges).map((name) => `  ${name}`),
    hiddenDifference(result) ?? '',
    ...result.ignored,
    `result: ${result.same ? 'same' : 'different'}`,
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

function describeMoves(alignment: ComparisonResult['alignment']): string[] {
  if (alignment === null) return [];
  if (alignment.skipped !== undefined) return [`not aligned: ${alignment.skipped}`];
  const { contentPixels, residuePixels, spacePixels } = alignment;
  return [
    `aligned: ${describeAlignment(alignment) ?? 'nothing moved'}`,
    `apart from moves: ${contentPixels} pixels changed, ${spacePixels} of blank space, ${residuePixels} drawn slightly differently`,
  ];
}

/** Failures that the images cause; others come from this worker or the server. */
const imageFailures = ['image_invalid', 'image_too_large', 'artifact_corrupt', 'unprocessable'] as const;

function failureOf(error: unknown): RunFailure | null {
  if (!(error instanceof AppError)) return null;
  const reason = imageFailures.find((code) => code === error.code);
  if (reason === undefined) return null;
  return { reason: reason === 'unprocessable' ? 'comparison_timeout' : reason, message: error.message };
}
