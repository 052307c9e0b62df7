import type { UserPrincipal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkPassword } from '../../domain/people/login-rules.ts';
import { checkName } from '../../domain/names.ts';
import { isInvitationOpen, type Invitation, type User } from '../../domain/people/membership.ts';
import type { LoginAnswer, LoginOrigin, Logins } from '../../ports/logins.ts';
import type { Transaction } from '../../ports/store.ts';
import { insertPerson } from './insert-person.ts';
import { hashOf } from './authenticate-session.ts';
import { joinBuild } from './answer-invitation.ts';
import type { Deps } from '../deps.ts';

/** What an invitation link shows before it is accepted. */
export interface OpenInvitation {
  invitation: Invitation;
  buildName: string;
  /** Whether the address already has an account, which must sign in to accept. */
  isKnown: boolean;
}

/** @throws AppError `login_state_invalid` for a token that is wrong, used, revoked or expired */
export async function lookAtInvitation(deps: Deps, { token }: { token: string }): Promise<OpenInvitation> {
  return deps.store.read(async (tx) => {
    const invitation = await findInvitation(deps, tx, token);
    const build = await tx.builds.find(invitation.buildId);
    const user = await tx.people.findByEmail(invitation.email);
    return { invitation, buildName: build!.name, isKnown: user !== null };
  });
}

/**
 * Creates a login for the invited person, with the offered role. A token that was mailed proves ownership of the address;
 * one that an admin copied, where the server sends no mail, does not.
 *
 * @throws AppError `login_state_invalid` | `invalid_argument` | `conflict`
 */
export async function acceptInvitation(
  deps: Deps,
  logins: Logins,
  input: { token: string; name: string; password: string; isMailed: boolean },
  from: LoginOrigin,
): Promise<LoginAnswer> {
  await deps.store.read((tx) => findInvitation(deps, tx, input.token));
  const name = checkName('name', input.name.trim(), 100);
  const password = checkPassword('password', input.password);
  const passwordHash = await logins.hashPassword(password);
  const now = deps.clock.now();
  const user = await deps.store.transaction(async (tx) => {
    const invitation = await findInvitation(deps, tx, input.token);
    const person: User = {
      id: deps.ids.id(),
      name,
      email: invitation.email,
      emailVerified: input.isMailed,
      superuser: false,
      createdAt: now,
      updatedAt: now,
    };
    await insertPerson(deps, tx, person, passwordHash);
    await joinBuild(deps, tx, person, invitation);
    return person;
  });
  return logins.signIn({ email: user.email, password }, from);
}

/**
 * The same for a person signed in with the invited address.
 *
 * @throws AppError `login_state_invalid` | `forbidden` for another person's invitation
 */
export async function acceptAsPerson(
  deps: Deps,
  { userId }: UserPrincipal,
  { token, isMailed }: { token: string; isMailed: boolean },
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const { buildId } = await findInvitation(deps, tx, token);
    await tx.builds.lock(buildId);
    const invitation = await findInvitation(deps, tx, token);
    const user = await tx.people.find(userId);
    const isTheirs = user?.email === invitation.email && (user.emailVerified || !isMailed);
    if (user === null || !isTheirs) {
      throw new AppError(
        'forbidden',
        `This invitation is for ${invitation.email}. Sign in with that address to accept it.`,
      );
    }
    await joinBuild(deps, tx, user, invitation);
  });
}

async function findInvitation(deps: Deps, tx: Transaction, token: string): Promise<Invitation> {
  const [id = '', secret = ''] = token.split('.');
  const invitation = await tx.invitations.find(id);
  const isRight =
    typeof invitation?.tokenHash === 'string' && deps.ids.equal(invitation.tokenHash, hashOf(deps, secret));
  if (invitation === null || !isRight || !isInvitationOpen(invitation, deps.clock.now())) {
    throw new AppError(
      'login_state_invalid',
      'This invitation has already been accepted, was revoked, or has expired. Ask an admin of the build for a new one.',
    );
  }
  return invitation;
}
