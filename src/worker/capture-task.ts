import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import { AppError } from '../base/errors.ts';
import { outcomeOfShot } from '../domain/capture/capture.ts';
import type { CapturedPage, CaptureOutcome, FailedCapture } from '../domain/capture/capture.ts';
import { withSecrets } from '../domain/capture/secrets.ts';
import { shotRunName } from '../domain/capture/steps.ts';
import type { CaptureDetails } from '../domain/capture/capture-details.ts';
import type { RunFailure } from '../domain/runs/run.ts';
import { pixelsOf } from './pixels-of.ts';
import { readCapturePayload, runOf } from './payloads.ts';
import type { RunAddress, RunResult } from './task-server.ts';
import type { Work, WorkContext } from './work.ts';

/** Captures the screenshot of a task and reports it, or why there is none. */
export const captureTask: Work = async (context) => {
  const payload = readCapturePayload(context.task);
  const { build_id: buildId, url, baseline } = payload;
  const { server } = context.parts;
  const written = await readConfig(context, buildId, payload.config_sha1sum);
  const config = withSecrets(written, context.task.secrets);
  context.say(`Capturing ${url}`);
  const outcome = await capture(context, { url, scope: `build ${buildId}`, config });
  const pixels =
    outcome.ok && context.task.withPixels
      ? await pixelsOf(context, { bytes: outcome.image }, config.maxPixels)
      : {};
  context.say('Uploading the screenshot.');
  const log = await upload(context, buildId, 'capture.log', outcome.log);
  const place = { buildId, baseline, log };
  for (const shot of context.task.shots) {
    const taken = outcomeOfShot(outcome, shot);
    if (!taken.ok) continue;
    const result = await uploadPage(context, place, taken);
    const run = { ...runOf(payload), runName: shotRunName(payload.run_name, shot) };
    await reportShot(context, run, result);
  }
  const result: RunResult = outcome.ok
    ? { ...(await uploadPage(context, place, outcome)), ...pixels }
    : {
        ...sideOf(baseline, undefined, log),
        runFailed: true,
        failure: await uploadFailure(context, buildId, outcome),
      };
  await context.ask((signal) => server.report(runOf(payload), result, context.task.leaseId, signal));
  return outcome.ok ? null : failureOf(outcome);
};

async function uploadPage(
  context: WorkContext,
  { buildId, baseline, log }: { buildId: number; baseline: boolean; log: string },
  page: CapturedPage,
): Promise<RunResult> {
  return {
    ...sideOf(baseline, await uploadImage(context, buildId, page.image), log),
    capture: { ...detailsOf(page), ...(await uploadDom(context, buildId, page.dom)) },
  };
}

/** An earlier attempt may have brought this screenshot already; it is kept. */
async function reportShot(context: WorkContext, run: RunAddress, result: RunResult): Promise<void> {
  const { server } = context.parts;
  try {
    await context.ask((signal) => server.report(run, result, context.task.leaseId, signal));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'run_already_reported') throw error;
  }
}

async function uploadFailure(
  { ask, parts: { server } }: WorkContext,
  buildId: number,
  outcome: FailedCapture,
): Promise<RunFailure> {
  const { image: bytes } = outcome;
  if (bytes === undefined) return failureOf(outcome);
  const image = await ask((signal) => server.upload(buildId, { name: 'failure.png', bytes }, signal));
  return { ...failureOf(outcome), image };
}

async function readConfig(context: WorkContext, buildId: number, sha1: string): Promise<CaptureConfig> {
  const { server } = context.parts;
  const bytes = await context.ask((signal) => server.download(buildId, sha1, signal));
  return context.parts.readConfig(new TextDecoder().decode(bytes));
}

async function capture(
  context: WorkContext,
  { url, scope, config }: { url: string; scope: string; config: CaptureConfig },
): Promise<CaptureOutcome> {
  const { capturer, tracer } = context.parts;
  let inStage = tracer.begin({ name: 'capture queued' });
  try {
    const outcome = await capturer.capture({
      url,
      config,
      scope,
      secretsFrom: context.task.isFromFork ? 'fork' : 'build',
      signal: context.signal,
      onStage: (stage) => {
        inStage.end();
        inStage = tracer.begin({ name: `capture ${stage}` });
        context.say(`Capturing ${url}: ${stage}.`);
      },
    });
    context.signal.throwIfAborted();
    inStage.end(outcome.ok ? undefined : outcome.failure.reason);
    return outcome;
  } catch (error) {
    inStage.end('aborted');
    throw error;
  }
}

function sideOf(baseline: boolean, image: string | undefined, log: string): RunResult {
  if (baseline) return { refLog: log, ...(image !== undefined && { refImage: image }) };
  return { log, ...(image !== undefined && { image }) };
}

function detailsOf(page: CapturedPage): CaptureDetails {
  const { width, height, shots, settled, browserVersion, durationMs } = page;
  const taken = { width, height, shots, settled, browserVersion, durationMs };
  return {
    ...taken,
    stages: [...page.stages],
    incomplete: [...page.incomplete],
    incompleteCount: page.incompleteCount,
    warnings: [...page.warnings],
    engine: page.engine,
  };
}

function failureOf(outcome: CaptureOutcome & { ok: false }): RunFailure {
  return { ...outcome.failure };
}

function uploadImage({ ask, parts: { server } }: WorkContext, buildId: number, bytes: Uint8Array) {
  return ask((signal) => server.upload(buildId, { name: 'screenshot.png', bytes }, signal));
}

async function uploadDom(
  { ask, parts: { server } }: WorkContext,
  buildId: number,
  bytes: Uint8Array | null,
): Promise<{ dom?: string }> {
  if (bytes === null) return {};
  return { dom: await ask((signal) => server.upload(buildId, { name: 'page.dom', bytes }, signal)) };
}

/** Uploads a text. @returns its SHA-1 */
export function upload(
  { ask, parts: { server } }: WorkContext,
  buildId: number,
  name: string,
  text: string,
): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return ask((signal) => server.upload(buildId, { name, bytes }, signal));
}
