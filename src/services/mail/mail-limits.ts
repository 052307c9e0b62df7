import { AppError, retryAfter } from '../../base/errors.ts';
import { mailLimits, type MailKind } from '../../domain/mail/mail.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

const dayMs = 86_400_000;
const hourSeconds = 3_600;
/** Limits for mail to addresses whose owners may not expect it. */
const asking: readonly MailKind[] = ['invitation', 'verify_email'];
/** What one person wants another to know. */
const personal: readonly MailKind[] = ['mention', 'review_requested'];

/**
 * Checks the limits before an invitation or a confirmation is queued.
 *
 * @throws AppError `rate_limited` when the person, the recipient or the build has reached its limit for 24 hours
 */
export async function checkMailLimits(
  { clock }: Pick<Deps, 'clock'>,
  tx: Transaction,
  of: { requestedBy: string; recipient: string; buildId: number },
): Promise<void> {
  // Serialized: concurrent requests would not count each other.
  await tx.serverValues.lock('mail limits');
  const since = clock.now() - dayMs;
  const { perPerson, perRecipient, perBuild } = mailLimits;
  const bounds = [
    { filter: { requestedBy: of.requestedBy }, limit: perPerson, whose: 'You have' },
    { filter: { recipient: of.recipient }, limit: perRecipient, whose: 'This address was' },
    { filter: { buildId: of.buildId }, limit: perBuild, whose: 'This build has' },
  ];
  for (const { filter, limit, whose } of bounds) {
    if ((await tx.mails.countSince({ ...filter, kinds: asking }, since)) < limit) continue;
    throw new AppError(
      'rate_limited',
      `${whose} sent ${limit} invitations and confirmations within 24 hours. Try again later.`,
      { details: retryAfter(hourSeconds) },
    );
  }
}

/** The recipients who may get one more mail about a release of the build. */
export async function mayAnnounceTo(
  { clock }: Pick<Deps, 'clock'>,
  tx: Transaction,
  { recipients, buildId }: { recipients: readonly string[]; buildId: number },
): Promise<string[]> {
  const since = clock.now() - dayMs;
  const kinds: readonly MailKind[] = ['ready_for_review'];
  const ofRecipients = await tx.mails.countsSince({ kinds, recipients }, since);
  const ofBuild = await tx.mails.countSince({ kinds, buildId }, since);
  return recipients
    .filter((recipient) => (ofRecipients.get(recipient) ?? 0) < mailLimits.reviewsPerRecipient)
    .slice(0, Math.max(0, mailLimits.reviewsPerBuild - ofBuild));
}

/** Whether another password reset mail may be sent. */
export function mayMailPassword(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  recipient: string,
): Promise<boolean> {
  return isBelow(deps, tx, { kinds: ['password_reset'], recipient }, mailLimits.passwordsPerRecipient);
}

/** Whether another mail about a comment or a requested review may be sent. */
export function mayTell(deps: Pick<Deps, 'clock'>, tx: Transaction, recipient: string): Promise<boolean> {
  return isBelow(deps, tx, { kinds: personal, recipient }, mailLimits.mentionsPerRecipient);
}

async function isBelow(
  { clock }: Pick<Deps, 'clock'>,
  tx: Transaction,
  mails: { kinds: readonly MailKind[]; recipient: string },
  limit: number,
): Promise<boolean> {
  return (await tx.mails.countSince(mails, clock.now() - dayMs)) < limit;
}
