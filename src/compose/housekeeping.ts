import { pullBackTasks } from '../services/pull-back-tasks.ts';
import type { Mailer } from '../ports/mailer.ts';
import { announceReleases } from '../services/announce-releases.ts';
import { deliverMails } from '../services/deliver-mails.ts';
import { sweepOrphans } from '../services/sweep-orphans.ts';
import { sweep, sweepUploads } from '../services/sweep.ts';
import type { Storage } from './storage.ts';

const sweepMs = 5_000;
const mailMs = 5_000;
const sweepUploadsMs = 3_600_000;
const sweepLoginsMs = 3_600_000;
/** Looks at every file, so not often. */
const sweepOrphansMs = 86_400_000;
/** A younger file without a row may be of an upload that another server is about to finish. */
const orphanAgeMs = 3_600_000;

/**
 * Ends what is overdue every few seconds, and removes what uploads that died left behind, half-written files and whole
 * ones without a row: all of it at start where the data is this process's own, else what is old.
 */
export async function startHousekeeping(
  { core, isExclusive, pictures }: Storage,
  mailer: Mailer | null,
): Promise<{ stop(): Promise<void> }> {
  const { blobs, clock, logger } = core;
  const stopping = new AbortController();

  /** Again and again until the stop; a failure waits for the next turn. */
  async function every(ms: number, what: string, work: () => Promise<unknown>): Promise<void> {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        logger.warn(`${what} failed; it is tried again.`, { problem });
      });
      await clock.sleep(ms, stopping.signal).catch(() => undefined);
    }
  }

  await pullBackTasks(core);
  if (isExclusive) await blobs.sweep(Number.MAX_SAFE_INTEGER);
  let orphansBefore = (await blobs.now()) - (isExclusive ? 0 : orphanAgeMs);
  async function removeOrphans(): Promise<void> {
    await sweepOrphans(core, orphansBefore);
    orphansBefore = await blobs.now();
  }
  async function sendMail(transport: Mailer): Promise<void> {
    await announceReleases(core);
    await deliverMails(core, { mailer: transport, pictures }, stopping.signal);
  }
  const running = Promise.all([
    every(sweepMs, 'Ending what is overdue', () => sweep(core)),
    mailer !== null && every(mailMs, 'Sending mail', () => sendMail(mailer)),
    every(sweepUploadsMs, 'Removing what uploads left behind', () => sweepUploads(core)),
    every(sweepLoginsMs, 'Forgetting ended sessions', () =>
      core.store.transaction((tx) => tx.sessions.deleteEnded(clock.now())),
    ),
    every(sweepOrphansMs, 'Removing files that belong to nothing', removeOrphans),
  ]);
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await mailer?.close();
    },
  };
}
