import { AppError, type DepictedClient } from '../client/index.ts';
import { rootCodeOf } from '../base/errors.ts';
import { checkShownUrl, maxNameLength } from '../domain/names.ts';
import type { ImageSender } from './send-image.ts';
import type { FailedRun, PlannedRun } from './planned-run.ts';
import type { ReleaseTarget } from './release-outcome.ts';

export interface SendContext {
  client: DepictedClient;
  release: ReleaseTarget;
  images: ImageSender;
  signal: AbortSignal;
  warn: (message: string) => void;
}

/** Longest reason that the API takes. */
const maxReasonLength = 4_096;

/**
 * Gives one run to the server. A run that the server will not have becomes a failed run of the release, so that
 * people see it.
 *
 * @returns null, or why the run has failed already, in a sentence
 * @throws AppError what concerns the whole release: no access, no server, the release was decided
 */
export async function sendRun(context: SendContext, run: PlannedRun): Promise<string | null> {
  if (run.kind === 'failed') return sendFailure(context, run);
  try {
    if (run.kind === 'image') await context.images.send(run, context.signal);
    else await sendCapture(context, run);
    return null;
  } catch (error) {
    if (!(error instanceof AppError) || !isAboutTheRun(error)) throw error;
    const { name, url } = run;
    const logPath = run.kind === 'image' ? run.logPath : null;
    return sendFailure(context, { kind: 'failed', name, url, message: error.message, logPath });
  }
}

async function sendCapture(
  { client, release, signal }: SendContext,
  { name, url, config, ref }: Extract<PlannedRun, { kind: 'capture' }>,
): Promise<void> {
  await client.requestRun(
    {
      ...release,
      runName: name,
      url,
      config,
      ...(ref !== undefined && { refUrl: ref.url, refConfig: ref.config }),
    },
    { signal },
  );
}

async function sendFailure(context: SendContext, run: FailedRun): Promise<string> {
  const { client, release, images, signal, warn } = context;
  const log = run.logPath ? await images.sendLog(run.name, run.logPath, signal) : null;
  const report = {
    ...release,
    runName: run.name,
    runFailed: run.message.slice(0, maxReasonLength),
    ...(log !== null && { log }),
  };
  try {
    await client.reportRun({ ...report, ...shownUrl(run) }, { signal });
  } catch (error) {
    if (!(error instanceof AppError) || !isAboutTheRun(error)) throw error;
    // Its name is what the server refuses: it cannot be shown in the release at all.
    warn(`${run.name.slice(0, maxNameLength)}: the server refused it: ${error.message}`);
  }
  return run.message;
}

/** The run's address where the server can show it; what is wrong with another one is in the reason. */
function shownUrl({ url }: FailedRun): { url?: string } {
  try {
    return url === null ? {} : { url: checkShownUrl('url', url) };
  } catch {
    return {};
  }
}

/** Refused for what this one run is; others may go on. */
function isAboutTheRun(error: AppError): boolean {
  const root = rootCodeOf(error.code);
  return root === 'invalid_argument' || root === 'unprocessable' || root === 'too_large';
}
