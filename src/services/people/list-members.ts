import { requireBuildManagement } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import {
  isInvitationOpen,
  type Invitation,
  type Membership,
  type User,
} from '../../domain/people/membership.ts';
import type { LoginRecord } from '../../ports/store.ts';
import { methodOf } from './describe-account.ts';
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
const maxRecords = 10_000;

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
    const users = { column: 'user_id', operator: 'in', value: members.map(({ user }) => user.id) } as const;
    const accounts = await tx.logins.find('accounts', [users], { limit: maxRecords });
    const sessions = await tx.logins.find('sessions', [users], { limit: maxRecords });
    return {
      members: members.map((member) => {
        const isTheirs = (record: LoginRecord) => record['user_id'] === member.user.id;
        const seen = sessions.filter(isTheirs).map((session) => Number(session['updated_at']));
        return {
          ...member,
          methods: accounts.filter(isTheirs).map(methodOf).sort(),
          lastSeenAt: seen.length === 0 ? null : Math.max(...seen),
        };
      }),
      invitations: invitations.filter((invitation) => isInvitationOpen(invitation, now)),
    };
  });
}
