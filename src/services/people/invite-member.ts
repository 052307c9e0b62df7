import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import {
  checkEmail,
  invitationDays,
  isInvitationOpen,
  type Invitation,
  type Role,
} from '../../domain/people/membership.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { findBuildToManage } from '../builds/find-build.ts';
import { addMail, requesterOf } from '../mail/add-mail.ts';
import { checkMailLimits } from '../mail/mail-limits.ts';

export interface InviteMemberInput {
  buildId: number;
  email: string;
  role: Role;
}

/** Open invitations of one build. */
const maxOpenInvitations = 200;

/**
 * Invites a person to a build by mail, whether or not they have an account: they join only by
 * accepting, and the answer reveals nothing about the address. Inviting the same address again changes the role of the open
 * invitation and sends no second mail.
 *
 * @throws AppError `invalid_argument` | `not_found` | `role_required` | `rate_limited` | `conflict` for a member
 */
export async function inviteMember(
  deps: Deps,
  principal: Principal,
  input: InviteMemberInput,
): Promise<{
  invitation: Invitation;
  /** That accepts it; null for one that was sent before. */ link: string | null;
}> {
  const { buildId, role } = input;
  const email = checkEmail('email', input.email);
  const { clock, ids, settings } = deps;
  return deps.store.transaction(async (tx) => {
    const build = await findBuildToManage(tx, principal, buildId);
    await tx.builds.lock(buildId);
    const now = clock.now();
    const actor = actorOf(principal);
    const members = await tx.people.members(buildId);
    const member = members.find(({ user }) => user.email === email && user.emailVerified);
    if (member !== undefined) {
      throw new AppError(
        'conflict',
        `${member.user.name} is already a member of this build, with the role ${member.membership.role}.`,
      );
    }
    const recent = await tx.invitations.list(buildId, { limit: maxOpenInvitations, offset: 0 });
    const open = recent.filter((invitation) => isInvitationOpen(invitation, now));
    const earlier = open.find((invitation) => invitation.email === email);
    if (earlier !== undefined) {
      if (earlier.role === role) return { invitation: earlier, link: null };
      const changed = { ...earlier, role };
      if (!(await tx.invitations.update(changed)))
        throw new AppError(
          'conflict',
          `The invitation to ${email} has just been answered or revoked. Reload the page.`,
        );
      await log('invitation_changed', `invitation:${earlier.id}`, { email, from: earlier.role, role });
      return { invitation: changed, link: null };
    }
    if (open.length >= maxOpenInvitations) {
      throw new AppError(
        'rate_limited',
        `This build has ${maxOpenInvitations} open invitations, which is the limit. Revoke some first.`,
        { details: retryAfter(60) },
      );
    }
    const requestedBy = requesterOf(principal);
    await checkMailLimits(deps, tx, { requestedBy, recipient: email, buildId });
    const secret = ids.secret();
    const invitation: Invitation = {
      id: ids.id(),
      buildId,
      email,
      role,
      createdAt: now,
      createdBy: actor,
      expiresAt: now + invitationDays * 86_400_000,
      acceptedAt: null,
      revokedAt: null,
      tokenHash: ids.sha256(new TextEncoder().encode(secret)),
    };
    const link = acceptUrl(settings.publicUrl, invitation.id, secret);
    await tx.invitations.insert(invitation);
    const inviter = principal.kind === 'user' ? principal.name : 'An administrator';
    await addMail(deps, tx, {
      kind: 'invitation',
      messageId: `invitation-${invitation.id}`,
      buildId,
      requestedBy,
      recipient: email,
      subject: `${inviter} invites you to ${build.name}`,
      body: {
        paragraphs: [
          `${inviter} invites you to the build “${build.name}” as ${role}.`,
          `The link is only for you (${email}). It works once and expires in ${invitationDays} days.`,
        ],
        action: { label: 'Accept invitation', url: link },
      },
    });
    await log('member_invited', `invitation:${invitation.id}`, { email, role });
    return { invitation, link };

    async function log(kind: string, subject: string, detail: Record<string, unknown>): Promise<void> {
      await logActivity(tx, {
        at: now,
        buildId,
        actor,
        kind,
        detail,
        subject,
      });
    }
  });
}

/** The token follows the #, so that no server, proxy or log sees it. */
function acceptUrl(publicUrl: string, invitationId: string, secret: string): string {
  return `${publicUrl}/accept#${invitationId}.${secret}`;
}
