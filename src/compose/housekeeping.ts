import { followUp } from '../services/baselines/follow-up.ts';
import { followUpSignal } from '../services/baselines/note-follow-up.ts';
import { pullBackTasks } from '../services/tasks/pull-back-tasks.ts';
import type { Mailer } from '../ports/mailer.ts';
import { deliverMails } from '../services/mail/deliver-mails.ts';
import { deleteExpired } from '../services/upkeep/delete-expired.ts';
import { dropUnusedArtifacts } from '../services/upkeep/drop-unused-artifacts.ts';
import { applyRetention } from '../services/releases/retention.ts';
import { removeDeleted } from '../services/upkeep/remove-deleted.ts';
import { makeRoom, sweepOrphansDaily } from '../services/upkeep/sweep-orphans.ts';
import { sweep, sweepUploads } from '../services/upkeep/sweep.ts';
import type { Storage } from './storage.ts';

const sweepMs = 5_000;
const mailMs = 5_000;
/** Other servers may have noted something. */
const followUpMs = 5_000;
const sweepUploadsMs = 3_600_000;
const retentionMs = 3_600_000;
const removeDeletedMs = 600_000;
const dropUnusedMs = 3_600_000;
const deleteExpiredMs = 60_000;
/** How often to check for the daily sweep and for a restored database. */
const lookAtStoreMs = 3_600_000;
const makeRoomMs = 30_000;

/**
 * Ends overdue work every few seconds, and removes leftovers of dead uploads: partial files at start
 * if this process owns the data, else when they are old; complete ones without a row in the daily sweep.
 */
export async function startHousekeeping(
  { core, leadership, isExclusive, images }: Storage,
  mailer: Mailer | null,
): Promise<{ stop(): Promise<void> }> {
  const { blobs, clock, logger } = core;
  const stopping = new AbortController();

  /** Repeats until stopped; a failure waits for the next turn. */
  async function every(ms: number, what: string, work: () => Promise<unknown>): Promise<void> {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        logger.warn(`${what} failed; retrying.`, { problem });
      });
      await clock.sleep(ms, stopping.signal).catch(() => undefined);
    }
  }

  /** As `every`, at one server of the database: the others would do the same work, and wait for its locks. */
  function everyAtOneServer(ms: number, what: string, work: () => Promise<unknown>): Promise<void> {
    return every(ms, what, async () => (await leadership.leads(what)) && (await work()));
  }

  /** At once where this process noted something. */
  async function followUps(): Promise<void> {
    // Before the work, so that a note that comes meanwhile is not missed.
    const noted = core.notifier.wait(followUpSignal, followUpMs, stopping.signal);
    await followUp(core, stopping.signal).finally(() => noted);
  }

  await pullBackTasks(core);
  if (isExclusive) await blobs.sweep(Number.MAX_SAFE_INTEGER);
  const running = Promise.all([
    every(0, 'Following up changes of releases', followUps),
    everyAtOneServer(sweepMs, 'Ending overdue work', () => sweep(core)),
    mailer !== null &&
      every(mailMs, 'Sending mail', () => deliverMails(core, { mailer, images }, stopping.signal)),
    every(sweepUploadsMs, 'Removing upload leftovers', () => sweepUploads(core)),
    everyAtOneServer(deleteExpiredMs, 'Deleting what has expired', () =>
      deleteExpired(core, stopping.signal),
    ),
    everyAtOneServer(dropUnusedMs, 'Dropping unused artifacts', () =>
      dropUnusedArtifacts(core, stopping.signal),
    ),
    everyAtOneServer(lookAtStoreMs, 'Removing orphaned files', () =>
      sweepOrphansDaily(core, stopping.signal),
    ),
    everyAtOneServer(retentionMs, 'Applying retention', () => applyRetention(core, stopping.signal)),
    everyAtOneServer(removeDeletedMs, 'Removing what was deleted', () =>
      removeDeleted(core, stopping.signal),
    ),
    every(makeRoomMs, 'Freeing space on a full disk', () => makeRoom(core)),
  ]);
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await mailer?.close();
    },
  };
}
