import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { higherRole, isInvitationOpen, type Invitation, type User } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';

/** Creates the accepted membership. @throws AppError `not_found` if the invitation is no longer open */
export async function joinBuild(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  user: Pick<User, 'id' | 'name'>,
  invitation: Invitation,
): Promise<void> {
  const { buildId, createdBy } = invitation;
  const now = deps.clock.now();
  // Revoked, or accepted elsewhere, since it was read.
  if (!(await tx.invitations.update({ ...invitation, acceptedAt: now }))) throw isOver();
  const earlier = await tx.people.findMembership(buildId, user.id);
  const role = earlier === null ? invitation.role : higherRole(earlier.role, invitation.role);
  await tx.people.setRole({ buildId, userId: user.id, role, createdAt: now, createdBy });
  await logActivity(tx, {
    at: now,
    buildId,
    actor: `user:${user.id}/${user.name}`,
    kind: 'invitation_accepted',
    detail: { name: user.name, role },
    subject: `invitation:${invitation.id}`,
  });
}

/** The open invitations to a person's verified address. */
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
 * Accepts or declines an invitation to the caller's own address. People join a build only by
 * accepting.
 *
 * @throws AppError `not_found`, also for another person's invitation
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
    await logActivity(tx, {
      at: now,
      buildId: invitation.buildId,
      actor: actorOf(principal),
      kind: 'invitation_declined',
      detail: { email: invitation.email, role: invitation.role },
      subject: `invitation:${invitation.id}`,
    });
  });
}

function isOver(): AppError {
  return new AppError('not_found', 'This invitation does not exist, is not for you, or is no longer open.', {
    details: { parameter: 'invitation_id' },
  });
}
