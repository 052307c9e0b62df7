import { higherRole, isInvitationOpen } from '../domain/people.ts';
import type { Deps } from './deps.ts';

/**
 * Gives a person the parts that they were invited to, with each login. Only an address that somebody has proven to be
 * theirs claims anything: an invitation must not be taken by typing its address.
 *
 * @returns the builds that were joined
 */
export async function claimInvitations(deps: Deps, userId: string): Promise<number[]> {
  return deps.store.transaction(async (tx) => {
    const user = await tx.people.find(userId);
    if (user?.emailVerified !== true) return [];
    const now = deps.clock.now();
    const joined: number[] = [];
    for (const invitation of await tx.invitations.openFor(user.email)) {
      if (!isInvitationOpen(invitation, now)) continue;
      const { buildId, createdBy } = invitation;
      await tx.builds.lock(buildId);
      // Taken back, or claimed by another login of the same person, since it was read.
      if (!(await tx.invitations.update({ ...invitation, acceptedAt: now }))) continue;
      const earlier = await tx.people.findMembership(buildId, userId);
      const role = earlier === null ? invitation.role : higherRole(earlier.role, invitation.role);
      await tx.people.setRole({ buildId, userId, role, createdAt: now, createdBy });
      await tx.activity.insert({
        at: now,
        buildId,
        releaseId: null,
        runId: null,
        actor: `user:${userId}/${user.name}`,
        kind: 'invitation_accepted',
        detail: { name: user.name, role },
        subject: `invitation:${invitation.id}`,
        operationId: null,
      });
      joined.push(buildId);
    }
    return joined;
  });
}
