import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { higherRole, isInvitationOpen, type Invitation, type User } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Gives a person the part that they accepted. @throws AppError `not_found` when the invitation is over by now */
export async function joinBuild(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  user: Pick<User, 'id' | 'name'>,
  invitation: Invitation,
): Promise<void> {
  const { buildId, createdBy } = invitation;
  const now = deps.clock.now();
  // Taken back, or accepted by the same person elsewhere, since it was read.
  if (!(await tx.invitations.update({ ...invitation, acceptedAt: now }))) throw isOver();
  const earlier = await tx.people.findMembership(buildId, user.id);
  const role = earlier === null ? invitation.role : higherRole(earlier.role, invitation.role);
  await tx.people.setRole({ buildId, userId: user.id, role, createdAt: now, createdBy });
  await tx.activity.insert({
    at: now,
    buildId,
    releaseId: null,
    runId: null,
    actor: `user:${user.id}/${user.name}`,
    kind: 'invitation_accepted',
    detail: { name: user.name, role },
    subject: `invitation:${invitation.id}`,
    operationId: null,
  });
}

/** The open invitations to somebody's address, if they have proven that it is theirs. */
export async function invitationsOf(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  user: User,
): Promise<Invitation[]> {
  if (!user.emailVerified) return [];
  const now = deps.clock.now();
  return (await tx.invitations.openFor(user.email)).filter((one) => isInvitationOpen(one, now));
}

/**
 * Accepts or declines an invitation to one's own address. Being signed in is not enough to be in a build: nobody joins
 * one without saying so.
 *
 * @throws AppError `not_found`, also for an invitation of somebody else
 */
export async function answerInvitation(
  deps: Deps,
  principal: Principal,
  { invitationId, accept }: { invitationId: string; accept: boolean },
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const found = await tx.invitations.find(invitationId);
    if (found !== null) await tx.builds.lock(found.buildId);
    const user = principal.kind === 'user' ? await tx.people.find(principal.userId) : null;
    const open = user === null ? [] : await invitationsOf(deps, tx, user);
    const invitation = open.find(({ id }) => id === invitationId);
    if (user === null || invitation === undefined) throw isOver();
    if (accept) return joinBuild(deps, tx, user, invitation);
    const now = deps.clock.now();
    if (!(await tx.invitations.update({ ...invitation, revokedAt: now }))) throw isOver();
    await tx.activity.insert({
      at: now,
      buildId: invitation.buildId,
      releaseId: null,
      runId: null,
      actor: actorOf(principal),
      kind: 'invitation_declined',
      detail: { email: invitation.email, role: invitation.role },
      subject: `invitation:${invitation.id}`,
      operationId: null,
    });
  });
}

function isOver(): AppError {
  return new AppError('not_found', 'There is no such invitation for you, or it is over.', {
    details: { parameter: 'invitation_id' },
  });
}
