import { AppError, type DepictedClient } from '../client/index.ts';
import { withSecretsOf } from '../domain/capture/secrets.ts';
import { rootCodeOf } from '../base/errors.ts';
import { checkShownUrl, maxNameLength } from '../domain/names.ts';
import type { ImageSender } from './send-image.ts';
import type { FailedRun, PlannedRun } from './planned-run.ts';
import type { SentTo } from './release-outcome.ts';

export interface SendContext {
  client: DepictedClient;
  release: SentTo;
  images: ImageSender;
  signal: AbortSignal;
  warn: (message: string) => void;
  /** Where the secrets of captures come from. */
  env: NodeJS.ProcessEnv;
}

/** Longest reason that the API accepts. */
const maxReasonLength = 4_096;

/**
 * Sends one run to the server. A run that the server refuses becomes a failed run of the release, so that
 * people see it.
 *
 * @returns null, or why the run has already failed, in a sentence
 * @throws AppError for problems of the whole release: no access, no server, the release was decided
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
  { client, release, signal, env }: SendContext,
  { name, url, config, ref }: Extract<PlannedRun, { kind: 'capture' }>,
): Promise<void> {
  await client.requestRun(
    {
      ...release,
      runName: name,
      url,
      config: withSecretsOf(config, env),
      ...(ref !== undefined && { refUrl: ref.url, refConfig: withSecretsOf(ref.config, env) }),
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
    // The server refuses its name, so the release cannot show it.
    warn(`${run.name.slice(0, maxNameLength)}: the server refused it: ${error.message}`);
  }
  return run.message;
}

/** The run's address if the server can show it; otherwise the reason says what is wrong with it. */
function shownUrl({ url }: FailedRun): { url?: string } {
  try {
    return url === null ? {} : { url: checkShownUrl('url', url) };
  } catch {
    return {};
  }
}

/** Refused because of this one run; others may continue. */
function isAboutTheRun(error: AppError): boolean {
  const root = rootCodeOf(error.code);
  return root === 'invalid_argument' || root === 'unprocessable' || root === 'too_large';
}
