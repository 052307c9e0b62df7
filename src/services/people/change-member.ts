import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { Membership, Role } from '../../domain/people/membership.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { findBuildToManage } from '../builds/find-build.ts';

export interface ChangeMemberInput {
  buildId: number;
  userId: string;
  /** `none` removes the membership. */
  role: Role | 'none';
}

/**
 * Changes or removes a member's role. People cannot change their own role, and the last admin cannot be removed, so that every build
 * keeps an admin.
 *
 * @throws AppError `not_found` | `role_required` | `conflict`
 */
export async function changeMember(
  deps: Deps,
  principal: Principal,
  { buildId, userId, role }: ChangeMemberInput,
): Promise<Membership | null> {
  return deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    await tx.builds.lock(buildId);
    const before = await tx.people.findMembership(buildId, userId);
    const user = await tx.people.find(userId);
    if (before === null || user === null) {
      throw new AppError('not_found', 'This person is not a member of the build.', {
        details: { parameter: 'user_id' },
      });
    }
    if (before.role === role) return before;
    if (principal.kind === 'user' && principal.userId === userId) {
      throw new AppError('conflict', 'You cannot change your own role. Ask another admin of the build.');
    }
    if (before.role === 'admin' && (await isLastAdmin(tx, buildId))) {
      throw new AppError(
        'conflict',
        `${user.name} is the last admin of this build. Make someone else an admin first.`,
      );
    }
    const after = role === 'none' ? null : { ...before, role };
    if (after === null) await tx.people.removeMember(buildId, userId);
    else await tx.people.setRole(after);
    await logActivity(tx, {
      at: deps.clock.now(),
      buildId,
      actor: actorOf(principal),
      kind: after === null ? 'member_removed' : 'member_changed',
      detail: { name: user.name, from: before.role, to: role },
      subject: `user:${userId}`,
    });
    return after;
  });
}

async function isLastAdmin(tx: Transaction, buildId: number): Promise<boolean> {
  const members = await tx.people.members(buildId);
  return members.filter(({ membership }) => membership.role === 'admin').length <= 1;
}
