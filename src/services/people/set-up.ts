import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkPassword } from '../../domain/people/login-rules.ts';
import { checkName } from '../../domain/names.ts';
import { checkEmail, type User } from '../../domain/people/membership.ts';
import type { LoginAnswer, LoginOrigin, Logins } from '../../ports/logins.ts';
import type { Transaction } from '../../ports/store.ts';
import { insertPerson } from './insert-person.ts';
import { hashOf } from './authenticate-session.ts';
import type { Deps } from '../deps.ts';
import { logPerson } from './change-superuser.ts';

/** The hash of the token. */
const tokenName = 'set_up_token';
/** What the servers derive the token from. */
const seedName = 'set_up_seed';

/**
 * Creates a setup token for a database without a superuser and invalidates earlier ones.
 *
 * @returns null when there already is a superuser
 */
export async function offerSetUp(deps: Deps): Promise<string | null> {
  return deps.store.transaction(async (tx) => {
    if (!(await isSetUpOpen(tx))) return null;
    await tx.serverValues.delete(seedName);
    const token = deps.ids.secret();
    await tx.serverValues.set(tokenName, hashOf(deps, token));
    return token;
  });
}

/**
 * The setup token of all servers of a database: any of them may be asked with it, and it stays the same when one starts,
 * until it is used or {@link offerSetUp} replaces it.
 *
 * @param derive makes a token of a stored seed and the servers' secret, so that no one can read it from the database
 * @returns null when there already is a superuser
 */
export async function shareSetUp(deps: Deps, derive: (seed: string) => string): Promise<string | null> {
  return deps.store.transaction(async (tx) => {
    if (!(await isSetUpOpen(tx))) return null;
    const token = derive(await tx.serverValues.agree(seedName, deps.ids.secret()));
    await tx.serverValues.set(tokenName, hashOf(deps, token));
    return token;
  });
}

async function isSetUpOpen(tx: Transaction): Promise<boolean> {
  await tx.serverValues.lock('superusers');
  if ((await tx.people.countSuperusers()) === 0) return true;
  await forgetToken(tx);
  return false;
}

async function forgetToken(tx: Transaction): Promise<void> {
  await tx.serverValues.delete(tokenName);
  await tx.serverValues.delete(seedName);
}

/** The page where the first superuser creates a login; the token follows the #, so that no log contains it. */
export function setUpUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/set-up#${token}`;
}

export interface SetUpInput {
  token: string;
  /** Without the other fields, the signed-in person becomes the superuser. */
  name?: string | undefined;
  email?: string | undefined;
  password?: string | undefined;
}

/**
 * Creates the first superuser, once. Anyone with the link can read the server's output and is therefore its operator.
 *
 * @returns the cookies of a new session, or none if the person is signed in
 * @throws AppError `login_state_invalid` | `invalid_argument` | `conflict`
 */
export async function setUp(
  deps: Deps,
  logins: Logins,
  principal: Principal,
  input: SetUpInput,
  from: LoginOrigin,
): Promise<LoginAnswer> {
  const { store, clock, ids } = deps;
  const tokenHash = hashOf(deps, input.token);
  await store.read((tx) => checkToken(tx));
  if (principal.kind === 'user') {
    await store.transaction(async (tx) => {
      await useToken(tx);
      const user = (await tx.people.lock(principal.userId))!;
      await makeFirst(tx, user, false);
    });
    return { cookies: [] };
  }
  const name = checkName('name', (input.name ?? '').trim(), 100);
  const email = checkEmail('email', input.email ?? '');
  const password = checkPassword('password', input.password ?? '');
  const passwordHash = await logins.hashPassword(password);
  const now = clock.now();
  await store.transaction(async (tx) => {
    await useToken(tx);
    const user: User = {
      id: ids.id(),
      name,
      email,
      emailVerified: true,
      superuser: true,
      createdAt: now,
      updatedAt: now,
    };
    await insertPerson(deps, tx, user, passwordHash);
    await makeFirst(tx, user, true);
  });
  return logins.signIn({ email, password }, from);

  async function checkToken(tx: Transaction): Promise<void> {
    const expected = await tx.serverValues.find(tokenName);
    if (expected !== null && ids.equal(expected, tokenHash)) return;
    throw new AppError(
      'login_state_invalid',
      "This setup link has already been used or replaced. Find the latest link in the server's output, or run: dpxdt admin setup-link.",
    );
  }

  async function useToken(tx: Transaction): Promise<void> {
    await tx.serverValues.lock('superusers');
    await checkToken(tx);
    await forgetToken(tx);
  }

  async function makeFirst(tx: Transaction, user: User, isNew: boolean): Promise<void> {
    const at = clock.now();
    if (!isNew) await tx.people.update({ ...user, superuser: true, updatedAt: at });
    await logPerson(tx, { at, actor: `user:${user.id}/${user.name}`, kind: 'server_set_up', user });
  }
}
