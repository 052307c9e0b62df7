import { actorOf, requireBuildManagement } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { AppError, retryAfter } from '../domain/errors.ts';
import {
  checkEmail,
  invitationDays,
  isInvitationOpen,
  type Invitation,
  type Membership,
  type Role,
} from '../domain/people.ts';
import type { Deps } from './deps.ts';
import { findBuildToUse } from './find-build.ts';
import { addMail } from './add-mail.ts';

export interface InviteMemberInput {
  buildId: number;
  email: string;
  role: Role;
}

/** Open invitations of one build. */
const maxOpenInvitations = 200;

/**
 * Gives somebody a part in a build. Who is known by that address, verified, has it at once; anyone else with their first
 * login that proves the address. Inviting the same address again changes the role and sends no second mail.
 *
 * @throws AppError `invalid_argument` | `not_found` | `role_required` | `rate_limited`
 */
export async function inviteMember(
  deps: Deps,
  principal: Principal,
  input: InviteMemberInput,
): Promise<{ membership: Membership | null; invitation: Invitation | null }> {
  const { buildId, role } = input;
  const email = checkEmail('email', input.email);
  const { clock, ids, settings } = deps;
  return deps.store.transaction(async (tx) => {
    requireBuildManagement(principal, buildId);
    const build = await findBuildToUse(tx, principal, buildId);
    await tx.builds.lock(buildId);
    const now = clock.now();
    const actor = actorOf(principal);
    const user = await tx.people.findByEmail(email);
    if (user?.emailVerified === true) {
      const existing = await tx.people.findMembership(buildId, user.id);
      if (existing !== null) {
        throw new AppError('conflict', `${user.name} already has a part in this build: ${existing.role}.`);
      }
      const membership: Membership = { buildId, userId: user.id, role, createdAt: now, createdBy: actor };
      await tx.people.setRole(membership);
      await log('member_added', `user:${user.id}`, { name: user.name, role });
      return { membership, invitation: null };
    }
    const recent = await tx.invitations.list(buildId, { limit: maxOpenInvitations, offset: 0 });
    const open = recent.filter((invitation) => isInvitationOpen(invitation, now));
    for (const earlier of open.filter((invitation) => invitation.email === email)) {
      if (earlier.role === role) return { membership: null, invitation: earlier };
      await tx.invitations.update({ ...earlier, revokedAt: now });
    }
    if (open.length >= maxOpenInvitations) {
      throw new AppError(
        'rate_limited',
        `This build has ${maxOpenInvitations} open invitations; revoke some first.`,
        { details: retryAfter(60) },
      );
    }
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
    await tx.invitations.insert(invitation);
    const inviter = principal.kind === 'user' ? principal.name : 'An administrator';
    await addMail(deps, tx, {
      kind: 'invitation',
      messageId: `invitation-${invitation.id}`,
      buildId,
      recipient: email,
      subject: `${inviter} invites you to ${build.name}`,
      body: {
        paragraphs: [
          `${inviter} invites you to the build “${build.name}” as ${role}.`,
          `The link is for you (${email}) only; it works once and for ${invitationDays} days.`,
        ],
        action: { label: 'Accept the invitation', url: acceptUrl(settings.publicUrl, invitation.id, secret) },
      },
    });
    await log('member_invited', `invitation:${invitation.id}`, { email, role });
    return { membership: null, invitation };

    async function log(kind: string, subject: string, detail: Record<string, unknown>): Promise<void> {
      await tx.activity.insert({
        at: now,
        buildId,
        releaseId: null,
        runId: null,
        actor,
        kind,
        detail,
        subject,
        operationId: null,
      });
    }
  });
}

/** The token stands behind the #, so that no server, proxy or log on the way ever sees it. */
function acceptUrl(publicUrl: string, invitationId: string, secret: string): string {
  return `${publicUrl}/accept#${invitationId}.${secret}`;
}
