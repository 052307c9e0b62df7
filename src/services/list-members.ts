import { requireBuildManagement } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { isInvitationOpen, type Invitation, type Membership, type User } from '../domain/people.ts';
import type { Deps } from './deps.ts';
import { findBuildToUse } from './find-build.ts';

export interface Members {
  members: { user: User; membership: Membership }[];
  /** Those that can still be claimed, newest first. */
  invitations: Invitation[];
}

const maxInvitations = 1_000;

/** Who has a part in a build, and who was invited to. Only for its admins: it tells e-mail addresses. */
export async function listMembers(
  deps: Deps,
  principal: Principal,
  input: { buildId: number },
): Promise<Members> {
  requireBuildManagement(principal, input.buildId);
  const now = deps.clock.now();
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    const invitations = await tx.invitations.list(input.buildId, { limit: maxInvitations, offset: 0 });
    return {
      members: await tx.people.members(input.buildId),
      invitations: invitations.filter((invitation) => isInvitationOpen(invitation, now)),
    };
  });
}
