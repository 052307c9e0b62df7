import { AppError } from '../../base/errors.ts';
import { passwordProvider, type LinkOffer } from '../../domain/people/login-accounts.ts';
import type { Transaction } from '../../ports/store.ts';
import { hashOf } from './authenticate-session.ts';
import type { Deps } from '../deps.ts';
import { logPerson } from './change-superuser.ts';

/** How long a person may take to enter the password after returning from the provider, in seconds. */
const linkSeconds = 600;

/**
 * Holds a provider account until the person with the same address enters their password. The provider's claim alone
 * is not enough: addresses change hands, and one issuer may have two subjects with the same address.
 *
 * @returns a one-time token, or null for a person who has no password or already has an account of that issuer
 */
export async function offerLink(deps: Deps, offer: LinkOffer): Promise<string | null> {
  const token = deps.ids.secret();
  const now = deps.clock.now();
  return deps.store.transaction(async (tx) => {
    if (!(await mayLink(tx, offer))) return null;
    await tx.linkOffers.insert({
      id: deps.ids.id(),
      tokenHash: hashOf(deps, token),
      offer,
      createdAt: now,
      expiresAt: now + linkSeconds * 1_000,
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
    await tx.serverValues.lock(`logins of ${userId}`);
    const user = await tx.people.find(userId);
    const isFirst = await tx.linkOffers.delete(hashOf(deps, token));
    if (user === null || !isFirst || !(await mayLink(tx, offer))) raiseOver();
    const id = deps.ids.id();
    await tx.accounts.insert({ id, userId, providerId, subject, createdAt: now, updatedAt: now }, null);
    await logPerson(tx, { at: now, actor: `user:${userId}/${user.name}`, kind: 'login_linked', user });
  });
}

async function mayLink(tx: Transaction, { userId, providerId, subject }: LinkOffer): Promise<boolean> {
  const own = (await tx.accounts.ofUsers([userId])).map((account) => account.providerId);
  const isTaken = (await tx.accounts.find(providerId, subject)) !== null;
  return !isTaken && own.includes(passwordProvider) && !own.includes(providerId);
}

async function findOffer(deps: Deps, tx: Transaction, token: string): Promise<LinkOffer> {
  const found = await tx.linkOffers.find(hashOf(deps, token));
  if (found === null || found.expiresAt <= deps.clock.now()) raiseOver();
  return found.offer;
}

function raiseOver(): never {
  throw new AppError(
    'login_state_invalid',
    'This sign-in was started more than ten minutes ago, or has already been used. Start again with your provider.',
    { details: { parameter: 'link' } },
  );
}
