import { dayOf, digestDueAt, maxDigestItems, unsent } from '../../domain/mail/mail.ts';
import type { MailBody } from '../../domain/mail/mail.ts';
import type { User } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Adds what a mail would say to a person's mail of the day, which grows until it is due. */
export async function addToDigest(
  { clock, settings }: Pick<Deps, 'clock' | 'settings'>,
  tx: Transaction,
  user: User,
  { paragraphs, action }: MailBody,
): Promise<void> {
  // Serialized: two additions at the same time would lose one.
  await tx.serverValues.lock(`digest ${user.id}`);
  const item = [...paragraphs, ...(action === null ? [] : [`${action.label}: ${action.url}`])];
  const dueAt = digestDueAt(clock.now());
  const messageId = `digest-${user.id}-${dayOf(dueAt)}`;
  const waiting = await tx.mails.findWaiting(messageId);
  if (waiting !== null) {
    if (waiting.body.paragraphs.length >= 3 * maxDigestItems) return;
    const body = { ...waiting.body, paragraphs: [...waiting.body.paragraphs, ...item] };
    await tx.mails.update({ ...waiting, body }, waiting.dueAt!);
    return;
  }
  await tx.mails.insertMany([
    {
      kind: 'digest',
      messageId,
      buildId: null,
      releaseId: null,
      requestedBy: null,
      recipient: user.email,
      subject: 'What you were asked and told',
      body: { paragraphs: item, action: { label: 'Open Depicted', url: `${settings.publicUrl}/` } },
      // Its day of attempts begins when it is due.
      ...unsent(dueAt),
    },
  ]);
}
