import { actorOf, type Principal } from '../../domain/people/access.ts';
import { unsent, type AddressedMail } from '../../domain/mail/mail.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

export type NewMail = Pick<AddressedMail, 'kind' | 'messageId' | 'recipient' | 'subject' | 'body'> &
  Partial<Pick<AddressedMail, 'buildId' | 'releaseId' | 'requestedBy'>>;

/** Puts a mail out to be sent, in the transaction of what it tells of. Once per message id. */
export async function addMail(deps: Pick<Deps, 'clock'>, tx: Transaction, mail: NewMail): Promise<void> {
  await tx.mails.insertMany([
    { buildId: null, releaseId: null, requestedBy: null, ...mail, ...unsent(deps.clock.now()) },
  ]);
}

/** Whom a mail counts for: a person by their id, whatever they call themselves. */
export function requesterOf(principal: Principal): string {
  return principal.kind === 'user' ? `user:${principal.userId}` : actorOf(principal);
}
