import { pullBackTasks } from '../services/tasks/pull-back-tasks.ts';
import type { Mailer } from '../ports/mailer.ts';
import { deliverMails } from '../services/mail/deliver-mails.ts';
import { makeRoom, sweepOrphansDaily } from '../services/upkeep/sweep-orphans.ts';
import { sweep, sweepUploads } from '../services/upkeep/sweep.ts';
import type { Storage } from './storage.ts';

const sweepMs = 5_000;
const mailMs = 5_000;
const sweepUploadsMs = 3_600_000;
const sweepLoginsMs = 3_600_000;
/** Finds out soon whether a day has passed, and whether the database was put back to an older state. */
const lookAtStoreMs = 3_600_000;
const makeRoomMs = 30_000;

/**
 * Ends what is overdue every few seconds, and removes what uploads that died left behind: half-written files at start
 * where the data is this process's own, else when they are old; whole ones without a row by the daily sweep.
 */
export async function startHousekeeping(
  { core, isExclusive, images }: Storage,
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
  const running = Promise.all([
    every(sweepMs, 'Ending what is overdue', () => sweep(core)),
    mailer !== null &&
      every(mailMs, 'Sending mail', () => deliverMails(core, { mailer, images }, stopping.signal)),
    every(sweepUploadsMs, 'Removing what uploads left behind', () => sweepUploads(core)),
    every(sweepLoginsMs, 'Forgetting ended sessions', () =>
      core.store.transaction((tx) => tx.sessions.deleteEnded(clock.now())),
    ),
    every(lookAtStoreMs, 'Removing files that belong to nothing', () =>
      sweepOrphansDaily(core, stopping.signal),
    ),
    every(makeRoomMs, 'Making room on a full disk', () => makeRoom(core)),
  ]);
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await mailer?.close();
    },
  };
}
