import { isStorageTrouble } from '../../base/errors.ts';
import type { Build, OutboxMessage, Release, Run } from '../../domain/model.ts';
import { mailLifeMs, type MailBody } from '../../domain/mail/mail.ts';
import type { Transaction } from '../../ports/store.ts';
import { addMail } from '../mail/add-mail.ts';
import { countsByRelease, noCounts } from './counts-by-release.ts';
import type { Deps } from '../deps.ts';
import { mayAnnounce } from '../mail/mail-limits.ts';

/** Messages processed at a time. */
const batch = 20;
/** Maximum runs shown in a mail. */
const shownRuns = 6;

/**
 * Queues mails for releases that became ready for review: one to the build's alias if confirmed, else one to
 * each of its admins.
 *
 * @returns how many messages this server processed
 */
export async function announceReleases(deps: Deps): Promise<number> {
  let count = 0;
  for (let after = 0; count < batch; count++) {
    const next = await announceNext(deps, after);
    if (next === null) break;
    after = next;
  }
  return count;
}

/**
 * Processes one message in a separate, exclusive transaction, so that a failing one does not block
 * others.
 *
 * @returns its id, or null when there is none
 */
async function announceNext(deps: Deps, afterId: number): Promise<number | null> {
  let id: number | null = null;
  try {
    return await deps.store.transaction(async (tx) => {
      const message = await tx.outbox.lockUnsent(afterId);
      id = message?.id ?? null;
      if (message !== null) await announce(deps, tx, message);
      return id;
    });
  } catch (error) {
    if (id === null || isStorageTrouble(error)) throw error;
    deps.logger.error('A release could not be announced; retrying.', {
      message: id,
      problem: String(error),
    });
    return id;
  }
}

async function announce(deps: Deps, tx: Transaction, message: OutboxMessage): Promise<void> {
  const now = deps.clock.now();
  await tx.outbox.markSent(message.id, now);
  const [build, release] = [
    await tx.builds.find(message.buildId),
    await tx.releases.findById(message.releaseId),
  ];
  const isOutdated = now - message.createdAt > mailLifeMs;
  if (build === null || release === null || !build.sendEmail || isOutdated) return;
  const recipients = await recipientsOf(tx, build);
  if (recipients.length === 0) return;
  const body = await describe(deps, tx, build, release);
  for (const recipient of recipients) {
    if (!(await mayAnnounce(deps, tx, { recipient, buildId: build.id }))) {
      await logLimit(deps, tx, release);
      continue;
    }
    const address = deps.ids.sha256(new TextEncoder().encode(recipient)).slice(0, 16);
    await addMail(deps, tx, {
      kind: 'ready_for_review',
      messageId: `ready-${release.id}-${address}`,
      buildId: build.id,
      releaseId: release.id,
      recipient,
      subject: `${build.name}: ${release.name} - Ready for review`,
      body,
    });
  }
}

/** Logged once per release. */
async function logLimit(deps: Deps, tx: Transaction, release: Release): Promise<void> {
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: null,
    actor: 'server',
    kind: 'mail_limited',
    detail: { release: release.name, number: release.number },
    subject: `release:${release.id}`,
    operationId: 'mail-limited',
  });
}

async function recipientsOf(tx: Transaction, build: Build): Promise<string[]> {
  if (build.emailAlias !== null && build.emailAliasConfirmed) return [build.emailAlias];
  const members = await tx.people.members(build.id);
  return members
    .filter(({ user, membership }) => membership.role === 'admin' && user.emailVerified)
    .map(({ user }) => user.email);
}

async function describe(deps: Deps, tx: Transaction, build: Build, release: Release): Promise<MailBody> {
  const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
  const differing = counts.undecided + counts.approved + counts.rejected;
  const parts = [
    `${differing} of ${counts.total} ${differing === 1 ? 'differs' : 'differ'}`,
    ...(counts.new > 0 ? [`${counts.new} new`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
  ];
  const query = new URLSearchParams({
    id: String(build.id),
    name: release.name,
    number: String(release.number),
  });
  return {
    paragraphs: [
      `Release ${release.name} #${release.number} of ${build.name} is ready for review: ${parts.join(', ')}.`,
    ],
    action: { label: 'Review', url: `${deps.settings.publicUrl}/release?${query.toString()}` },
    runs: await shown(tx, release),
  };
}

/** The first differences in review order. */
async function shown(tx: Transaction, release: Release): Promise<NonNullable<MailBody['runs']>> {
  const rows = await tx.runs.rows(release.id);
  const differing = rows
    .filter(({ status }) => status === 'diff_found')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, shownRuns);
  return differing.map(({ id, name, distortion }) => ({ id, name, words: differenceWords(distortion) }));
}

function differenceWords(distortion: Run['diff']['distortion']): string {
  if (distortion === null) return 'differs';
  const percent = distortion * 100;
  return `distortion ${percent < 0.01 ? '< 0.01' : percent.toFixed(2)} %`;
}
