import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import { readyForReview } from '../../domain/mail/mail.ts';
import type { ReleaseEvent } from '../../domain/releases/release-lifecycle.ts';
import { releaseStep } from '../../domain/releases/release-lifecycle.ts';
import { canceled } from '../../domain/tasks/tasks.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { isGoodByItself } from '../baselines/is-good-by-itself.ts';
import { noteEvent } from '../events/note-event.ts';
import { isGoodForForge } from '../forges/is-good-for-forge.ts';
import { noteRenames } from '../baselines/renamed-pages.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import type { Deps } from '../deps.ts';
import { touchRelease } from './touch-release.ts';

export interface ReleaseDecision {
  actor: string;
  note?: string | null;
}

/**
 * Applies one event to a locked release, with all its effects, in the caller's transaction.
 *
 * @returns the release after it
 * @throws AppError `invalid_transition`
 */
export async function changeRelease(
  deps: Deps,
  tx: Transaction,
  release: Release,
  event: ReleaseEvent,
  decision?: ReleaseDecision,
): Promise<Release> {
  const step = releaseStep(release, event);
  if (step.to === release.status && step.effects.length === 0) return release;
  const now = deps.clock.now();
  const decided = step.to === 'good' || step.to === 'bad';
  const version = release.version + 1;
  const after = await touchRelease(deps, tx, release, {
    changes: {
      status: step.to,
      statusVersion: version,
      statusAt: now,
      decidedBy: decided ? (decision?.actor ?? null) : null,
      decisionNote: decided ? (decision?.note ?? null) : null,
    },
    actor: decision?.actor ?? null,
  });
  if (step.effects.includes('cancel_tasks')) {
    await tx.tasks.cancelOfRelease(release.id, now);
    await tx.runs.failPending(release.id, canceled, version, now);
  }
  if (event === 'run_settled' && step.to === 'reviewing') await noteRenames(tx, after);
  const isGood = event === 'run_settled' && step.to === 'reviewing' && (await isNothingLeft(tx, after));
  if (step.effects.includes('announce_ready') && !isGood) await announceReady(deps, tx, after);
  if (isGood) return becomeGood(deps, tx, after);
  await tellEndpoints(deps, tx, { before: release, after, event });
  if (step.to !== release.status && step.to !== 'processing') await noteFollowUp(deps, tx, release.id, null);
  return step.effects.includes('check_settled') ? settle(deps, tx, after) : after;
}

/**
 * Advances a processing release once no run is waiting; one that follows git becomes good if nothing is left to
 * decide.
 */
export async function settle(deps: Deps, tx: Transaction, release: Release): Promise<Release> {
  if (release.status === 'reviewing') {
    return (await isNothingLeft(tx, release)) ? becomeGood(deps, tx, release) : release;
  }
  if (release.status !== 'processing' || (await tx.runs.hasPending(release.id))) return release;
  return changeRelease(deps, tx, release, 'run_settled');
}

/** Of a release that follows git, its history says so; of any other, a connection with a forge asks for it. */
async function isNothingLeft(tx: Transaction, release: Release): Promise<boolean> {
  return (await isGoodByItself(tx, release)) || (release.tellsForges && (await isGoodForForge(tx, release)));
}

async function becomeGood(deps: Deps, tx: Transaction, release: Release): Promise<Release> {
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: null,
    actor: serverActor,
    kind: 'release_good',
    detail: { from: release.status },
    subject: `release:${release.id}`,
    operationId: null,
  });
  return changeRelease(deps, tx, release, 'mark_good', { actor: serverActor });
}

/** A newer attempt is no decision, and a review that is opened again is not news. */
async function tellEndpoints(
  deps: Deps,
  tx: Transaction,
  { before, after, event }: { before: Release; after: Release; event: ReleaseEvent },
): Promise<void> {
  if (after.status === before.status) return;
  if (event === 'run_settled') await noteEvent(deps, tx, after, { type: 'release.ended', actor: null });
  if (event === 'mark_good' || event === 'mark_bad') {
    await noteEvent(deps, tx, after, { type: 'release.decided', actor: after.decidedBy });
  }
}

/** Announces by mail, once, that the release is ready for review; not for a release without runs. */
async function announceReady(deps: Deps, tx: Transaction, release: Release): Promise<void> {
  if (!(await tx.runs.hasAny(release.id))) return;
  await tx.mails.insertMany([readyForReview(release, deps.clock.now())]);
}
