import { composeWorker, egressOfWorker } from '../../compose/worker.ts';
import { composeLog } from '../../compose/log.ts';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { untilInterrupted } from '../terminal/interruption.ts';
import { listOf } from '../../config/resolve-settings.ts';
import { serversOf } from '../options/server-address.ts';

/** `dpxdt worker`: works until interrupted, or until it was idle for as long as it may be; then 0. */
export async function workerCommand({
  settings,
  terminal,
  signal,
  tracer,
}: CommandContext): Promise<ExitStatus> {
  const servers = serversOf(settings);
  const captures = settings.only === 'comparisons' ? 0 : settings.workers;
  const diffs = settings.only === 'captures' ? 0 : settings.diffWorkers;
  if (captures + diffs === 0) {
    throw new AppError(
      'invalid_argument',
      'With --only comparisons and --diff-workers 0, nothing is left to do: leave one of them out.',
    );
  }
  if (settings.labelOnly && settings.labels.length === 0) {
    throw new AppError(
      'invalid_argument',
      '--label-only needs a label: name one with --label, or leave --label-only out.',
    );
  }
  const logger = composeLog(settings.logLevel);
  const worker = await composeWorker({
    servers,
    keyId: settings.clientId ?? undefined,
    keySecret: settings.clientSecret ?? undefined,
    captures,
    diffs,
    labels: settings.labels,
    onlyLabeled: settings.labelOnly,
    maxIdleMs: maxIdleMsOf(settings),
    leaseSeconds: settings.leaseSeconds,
    browserPath: settings.browserPath,
    firefoxPath: settings.firefoxPath,
    browserEndpoints: settings.browserEndpoints,
    trustBrowserEndpoints: settings.trustBrowserEndpoint,
    browserSandbox: settings.browserSandbox,
    egress: egressOfWorker(servers, listOf(settings.captureAllow ?? '')),
    withoutBrowser: 'refuse',
    checkKey: true,
    logger,
    tracer,
  });
  const kinds = [
    ...(captures > 0 ? [`${captures} pages`] : []),
    ...(diffs > 0 ? [`${diffs} comparisons`] : []),
  ];
  terminal.say(`Working for ${servers.join(', ')}: ${kinds.join(' and ')} at a time.`);
  try {
    await Promise.race([untilInterrupted(signal), worker.ended]);
  } finally {
    await worker.stop();
    logger.flush();
  }
  terminal.say(signal.aborted ? 'The worker has stopped.' : 'Nothing is left to do: the worker has ended.');
  return exitStatus.ok;
}

function maxIdleMsOf({ once, maxIdleSeconds }: CommandContext['settings']): number | null {
  if (maxIdleSeconds !== null) return maxIdleSeconds * 1_000;
  return once ? 0 : null;
}
