import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import type { CapturedPage, CaptureOutcome } from '../domain/capture/capture.ts';
import type { CaptureDetails, RunFailure } from '../domain/model.ts';
import { pixelsOf } from './pixels-of.ts';
import { readCapturePayload, runOf } from './payloads.ts';
import type { RunResult } from './task-server.ts';
import type { Work, WorkContext } from './work.ts';

/** Captures the screenshot of a task and reports it, or why there is none. */
export const captureTask: Work = async (context) => {
  const payload = readCapturePayload(context.task);
  const { build_id: buildId, url, baseline } = payload;
  const { server } = context.parts;
  const config = await readConfig(context, buildId, payload.config_sha1sum);
  context.say(`Capturing ${url}`);
  const outcome = await capture(context, url, config);
  const pixels =
    outcome.ok && context.task.withPixels
      ? await pixelsOf(context, { bytes: outcome.image }, config.maxPixels)
      : {};
  context.say('Uploading the screenshot.');
  const log = await upload(context, buildId, 'capture.log', outcome.log);
  const result: RunResult = outcome.ok
    ? {
        ...sideOf(baseline, await uploadImage(context, buildId, outcome.image), log),
        capture: { ...detailsOf(outcome), ...(await uploadDom(context, buildId, outcome.dom)) },
        ...pixels,
      }
    : { ...sideOf(baseline, undefined, log), runFailed: true, failure: failureOf(outcome) };
  await context.ask((signal) => server.report(runOf(payload), result, context.task.leaseId, signal));
  return outcome.ok ? null : failureOf(outcome);
};

async function readConfig(context: WorkContext, buildId: number, sha1: string): Promise<CaptureConfig> {
  const { server } = context.parts;
  const bytes = await context.ask((signal) => server.download(buildId, sha1, signal));
  return context.parts.readConfig(new TextDecoder().decode(bytes));
}

async function capture(context: WorkContext, url: string, config: CaptureConfig): Promise<CaptureOutcome> {
  const { capturer, tracer } = context.parts;
  let inStage = tracer.begin({ name: 'capture queued' });
  try {
    const outcome = await capturer.capture({
      url,
      config,
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
