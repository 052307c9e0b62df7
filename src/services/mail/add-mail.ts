import { actorOf, type Principal } from '../../domain/people/access.ts';
import { unsent, type AddressedMail } from '../../domain/mail/mail.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

export type NewMail = Pick<AddressedMail, 'kind' | 'messageId' | 'recipient' | 'subject' | 'body'> &
  Partial<Pick<AddressedMail, 'buildId' | 'releaseId' | 'requestedBy'>>;

/** Queues a mail in the transaction of its cause. Once per message id. */
export async function addMail(deps: Pick<Deps, 'clock'>, tx: Transaction, mail: NewMail): Promise<void> {
  await tx.mails.insertMany([
    { buildId: null, releaseId: null, requestedBy: null, ...mail, ...unsent(deps.clock.now()) },
  ]);
}

/** The actor that a mail counts for: a person by id, regardless of name. */
export function requesterOf(principal: Principal): string {
  return principal.kind === 'user' ? `user:${principal.userId}` : actorOf(principal);
}
