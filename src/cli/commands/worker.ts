import { composeWorker, egressOfWorker } from '../../compose/worker.ts';
import { composeLog } from '../../compose/log.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { untilInterrupted } from '../terminal/interruption.ts';
import { listOf } from '../options/list-of.ts';
import { defaultServer } from '../options/server-address.ts';

/** `dpxdt worker`: works until interrupted, then 0. */
export async function workerCommand({ settings, terminal, signal }: CommandContext): Promise<ExitStatus> {
  const server = settings.server ?? defaultServer;
  const logger = composeLog(settings.logLevel);
  const worker = await composeWorker({
    server,
    keyId: settings.clientId ?? undefined,
    keySecret: settings.clientSecret ?? undefined,
    captures: settings.workers,
    diffs: settings.diffWorkers,
    leaseSeconds: settings.leaseSeconds,
    browserPath: settings.browserPath,
    browserSandbox: settings.browserSandbox,
    egress: egressOfWorker(server, listOf(settings.captureAllow)),
    withoutBrowser: 'refuse',
    checkKey: true,
    logger,
  });
  terminal.say(
    `Working for ${server}: ${settings.workers} pages and ${settings.diffWorkers} comparisons at a time.`,
  );
  await untilInterrupted(signal);
  await worker.stop();
  terminal.say('The worker has stopped.');
  logger.flush();
  return exitStatus.ok;
}
