import { isStorageTrouble } from '../../base/errors.ts';
import type { RunPlace } from '../../ports/store/baselines.ts';
import type { FollowUp } from '../../ports/store/follow-ups.ts';
import type { Transaction } from '../../ports/store.ts';
import { settle } from '../releases/change-release.ts';
import type { Deps } from '../deps.ts';
import { chooseAgain, chosenAtOnce } from './choose-again.ts';

/** Pages of the changed release whose comparisons are looked up together. */
const pagesAtOnce = 500;

/**
 * Does the work noted by `noteFollowUp`: runs that waited for a release get their baseline, runs whose baseline is no
 * longer usable get another one, and a release with nothing left to decide becomes good. Each step is a separate
 * transaction that also advances the note, so a restarted server continues there. Several servers share the notes.
 */
export async function followUp(deps: Deps, signal?: AbortSignal): Promise<void> {
  let afterId = 0;
  while (signal?.aborted !== true) {
    const step = await nextStep(deps, afterId);
    if (step === null) return;
    // A note that cannot be followed now is left to the next call.
    if (step.failed) afterId = step.id;
  }
}

async function nextStep(deps: Deps, afterId: number): Promise<{ id: number; failed: boolean } | null> {
  let id = afterId;
  try {
    return await deps.store.transaction(async (tx) => {
      const found = await tx.followUps.lockNext(afterId);
      if (found === null) return null;
      id = found.id;
      await takeStep(deps, tx, found);
      return { id, failed: false };
    });
  } catch (error) {
    if (isStorageTrouble(error) || id === afterId) throw error;
    deps.logger.error('What follows from a change of a release could not be done; retrying.', {
      followUp: id,
      problem: String(error),
    });
    return { id, failed: true };
  }
}

async function takeStep(deps: Deps, tx: Transaction, note: FollowUp): Promise<void> {
  switch (note.stage) {
    case 'waiting':
      return chooseForWaiting(deps, tx, note);
    case 'lost':
      return chooseForLost(deps, tx, note);
    case 'releases':
      return settleNext(deps, tx, note);
  }
}

async function chooseForWaiting(deps: Deps, tx: Transaction, note: FollowUp): Promise<void> {
  const waiting = await tx.followUps.awaiting(note.releaseId, note.afterRunId, chosenAtOnce);
  const after = await chosenFor(deps, tx, note, waiting);
  if (waiting.length === chosenAtOnce) return tx.followUps.update(after);
  await tx.followUps.update({ ...after, stage: 'lost', afterRunId: 0 });
}

async function chooseForLost(deps: Deps, tx: Transaction, note: FollowUp): Promise<void> {
  const pages =
    note.runIds === null ? await tx.followUps.runsAfter(note.releaseId, note.afterName, pagesAtOnce) : [];
  const ids = note.runIds ?? pages.map(({ id }) => id);
  const lost = await tx.followUps.lostBaselines(note.releaseId, ids, note.afterRunId, chosenAtOnce);
  const after = await chosenFor(deps, tx, note, lost);
  if (lost.length === chosenAtOnce) return tx.followUps.update(after);
  if (pages.length === pagesAtOnce) {
    return tx.followUps.update({ ...after, afterName: pages.at(-1)!.name, afterRunId: 0 });
  }
  const compared = await tx.followUps.comparedWith(note.releaseId, note.runIds);
  const releaseIds = [...new Set([...after.releaseIds, ...compared])].sort((a, b) => a - b);
  if (releaseIds.length === 0) return tx.followUps.delete(note.id);
  await tx.followUps.update({ ...after, stage: 'releases', releaseIds });
}

/** @returns the note after these runs */
async function chosenFor(
  deps: Deps,
  tx: Transaction,
  note: FollowUp,
  runs: readonly RunPlace[],
): Promise<FollowUp> {
  if (runs.length === 0) return note;
  const { releaseIds } = await chooseAgain(deps, tx, runs, { settles: false });
  return {
    ...note,
    afterRunId: runs.at(-1)!.runId,
    releaseIds: [...new Set([...note.releaseIds, ...releaseIds])],
  };
}

async function settleNext(deps: Deps, tx: Transaction, note: FollowUp): Promise<void> {
  const [next, ...others] = note.releaseIds;
  const release = next === undefined ? null : await tx.releases.lockById(next);
  if (release !== null) await settle(deps, tx, release);
  if (others.length === 0) return tx.followUps.delete(note.id);
  await tx.followUps.update({ ...note, releaseIds: others });
}

/** Gives runs that have waited long enough for a release the best baseline available now. @returns how many */
export async function endWaits(deps: Deps): Promise<number> {
  const now = deps.clock.now();
  let ended = 0;
  let last = { until: 0, runId: 0 };
  for (;;) {
    const due = await deps.store.read((tx) => tx.baselines.awaitedUntil(now, last, chosenAtOnce));
    if (due.length === 0) return ended;
    await deps.store.transaction((tx) => chooseAgain(deps, tx, due));
    ended += due.length;
    last = due.at(-1)!;
  }
}
