import { AppError } from '../../base/errors.ts';
import type { Transaction } from '../../ports/store.ts';
import { hashOf } from './authenticate-session.ts';
import type { Deps } from '../deps.ts';
import { logPerson } from './change-superuser.ts';

/** How long a person may take to enter the password after returning from the provider, in seconds. */
const linkSeconds = 600;

/** A provider account to link to a person with a password. */
export interface LinkOffer {
  userId: string;
  /** Provider and issuer, as stored. */
  providerId: string;
  /** The issuer's subject. */
  subject: string;
}

/**
 * Holds a provider account until the person with the same address enters their password. The provider's word
 * alone is not enough: addresses change hands, and an issuer may have two subjects with one address.
 *
 * @returns a one-time token, or null for a person who has no password or already has an account of that issuer
 */
export async function offerLink(deps: Deps, offer: LinkOffer): Promise<string | null> {
  const token = deps.ids.secret();
  const now = deps.clock.now();
  return deps.store.transaction(async (tx) => {
    if (!(await mayLink(tx, offer))) return null;
    await tx.logins.insert('verifications', {
      id: deps.ids.id(),
      identifier: identifierOf(deps, token),
      value: JSON.stringify(offer),
      expires_at: now + linkSeconds * 1_000,
      created_at: now,
      updated_at: now,
    });
    return token;
  });
}

/** The address of the person whose password is needed. @throws AppError `login_state_invalid` */
export async function lookAtLink(deps: Deps, token: string): Promise<string> {
  return deps.store.read(async (tx) => {
    const offer = await findOffer(deps, tx, token);
    return (await tx.people.find(offer.userId))?.email ?? raiseOver();
  });
}

/**
 * Links the held account once the password is correct.
 *
 * @throws AppError `login_state_invalid`
 */
export async function acceptLink(deps: Deps, token: string): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transaction(async (tx) => {
    const offer = await findOffer(deps, tx, token);
    const { userId, providerId, subject } = offer;
    await tx.facts.lock(`logins of ${userId}`);
    const user = await tx.people.find(userId);
    const isFirst = (await tx.logins.delete('verifications', [isOf(deps, token)])) > 0;
    if (user === null || !isFirst || !(await mayLink(tx, offer))) raiseOver();
    await tx.logins.insert('accounts', {
      id: deps.ids.id(),
      user_id: userId,
      provider_id: providerId,
      account_id: subject,
      password: null,
      created_at: now,
      updated_at: now,
    });
    await logPerson(tx, { at: now, actor: `user:${userId}/${user.name}`, kind: 'login_linked', user });
  });
}

async function mayLink(tx: Transaction, { userId, providerId, subject }: LinkOffer): Promise<boolean> {
  const own = await tx.logins.find('accounts', [{ column: 'user_id', operator: '=', value: userId }]);
  const taken = await tx.logins.count('accounts', [
    { column: 'provider_id', operator: '=', value: providerId },
    { column: 'account_id', operator: '=', value: subject },
  ]);
  const providers = own.map((account) => account['provider_id']);
  return taken === 0 && providers.includes('credential') && !providers.includes(providerId);
}

async function findOffer(deps: Deps, tx: Transaction, token: string): Promise<LinkOffer> {
  const [found] = await tx.logins.find('verifications', [isOf(deps, token)]);
  if (found === undefined || Number(found['expires_at']) <= deps.clock.now()) raiseOver();
  return JSON.parse(String(found['value'])) as LinkOffer;
}

function isOf(deps: Deps, token: string) {
  return { column: 'identifier', operator: '=', value: identifierOf(deps, token) } as const;
}

function identifierOf(deps: Deps, token: string): string {
  return `link:${hashOf(deps, token)}`;
}

function raiseOver(): never {
  throw new AppError(
    'login_state_invalid',
    'This sign-in was started more than ten minutes ago, or has already been used. Start again with your provider.',
    { details: { parameter: 'link' } },
  );
}
