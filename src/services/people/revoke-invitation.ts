import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { findBuildToManage } from '../builds/find-build.ts';

/** Revokes an open invitation; idempotent. @throws AppError `not_found` | `role_required` */
export async function revokeInvitation(
  deps: Deps,
  principal: Principal,
  { buildId, invitationId }: { buildId: number; invitationId: string },
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    const invitation = await tx.invitations.find(invitationId);
    if (invitation?.buildId !== buildId || invitation.acceptedAt !== null) throw notOpen();
    if (invitation.revokedAt !== null) return;
    const now = deps.clock.now();
    if (!(await tx.invitations.update({ ...invitation, revokedAt: now }))) {
      const after = await tx.invitations.find(invitationId);
      if (after === null || after.revokedAt === null) throw notOpen();
      return;
    }
    await logActivity(tx, {
      at: now,
      buildId,
      actor: actorOf(principal),
      kind: 'invitation_revoked',
      detail: { email: invitation.email, role: invitation.role },
      subject: `invitation:${invitation.id}`,
    });
  });
}

function notOpen(): AppError {
  return new AppError('not_found', 'This build has no such open invitation.', {
    details: { parameter: 'invitation_id' },
  });
}
