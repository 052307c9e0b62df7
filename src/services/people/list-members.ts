import { requireBuildManagement } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { methodOf } from '../../domain/people/login-accounts.ts';
import {
  isInvitationOpen,
  type Invitation,
  type Membership,
  type User,
} from '../../domain/people/membership.ts';
import type { Deps } from '../deps.ts';
import { findBuildToUse } from '../builds/find-build.ts';

export interface Members {
  members: {
    user: User;
    membership: Membership;
    /** `password`, `google`, `oidc`. */
    methods: string[];
    /** Null if they are not signed in. */
    lastSeenAt: number | null;
  }[];
  /** Open invitations, newest first. */
  invitations: Invitation[];
}

const maxInvitations = 1_000;

/** The members and open invitations of a build. Only for its admins, because it contains e-mail addresses. */
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
    const members = await tx.people.members(input.buildId);
    const ids = members.map(({ user }) => user.id);
    const accounts = Map.groupBy(await tx.accounts.ofUsers(ids), ({ userId }) => userId);
    const lastUsed = await tx.sessions.lastUsed(ids);
    return {
      members: members.map((member) => ({
        ...member,
        methods: (accounts.get(member.user.id) ?? []).map(methodOf).sort(),
        lastSeenAt: lastUsed.get(member.user.id) ?? null,
      })),
      invitations: invitations.filter((invitation) => isInvitationOpen(invitation, now)),
    };
  });
}
