import type { Mail } from '../domain/mail.ts';
import type { Transaction } from '../ports/store.ts';
import type { Deps } from './deps.ts';

export type NewMail = Pick<Mail, 'kind' | 'messageId' | 'recipient' | 'subject' | 'body'> &
  Partial<Pick<Mail, 'buildId' | 'releaseId'>>;

/** Puts a mail out to be sent, in the transaction of what it tells of. Once per message id. */
export async function addMail(deps: Pick<Deps, 'clock'>, tx: Transaction, mail: NewMail): Promise<void> {
  const now = deps.clock.now();
  await tx.mails.insert({
    buildId: null,
    releaseId: null,
    ...mail,
    createdAt: now,
    dueAt: now,
    attempts: 0,
    sentAt: null,
    problem: null,
  });
}
