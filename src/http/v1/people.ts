import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/people.ts';
import { changeMember } from '../../services/people/change-member.ts';
import { inviteMember } from '../../services/people/invite-member.ts';
import { listMembers } from '../../services/people/list-members.ts';
import { changeSuperuser, listPeople } from '../../services/people/change-superuser.ts';
import { revokeInvitation } from '../../services/people/revoke-invitation.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { pageOf } from './page.ts';
import { invitationView, personView } from './views.ts';

const success = { success: true } as const;

export function servePeople(app: FastifyInstance, { core, people }: HttpContext): void {
  serve(app, contract.listMembers, async ({ parameters, principal }) => {
    const { members, invitations } = await listMembers(core, principal, { buildId: parameters.build_id });
    return {
      members: members.map(({ user, membership, methods, lastSeenAt }) => ({
        user_id: user.id,
        name: user.name,
        email: user.email,
        role: membership.role,
        methods,
        last_seen_at: lastSeenAt,
      })),
      invitations: invitations.map(invitationView),
    };
  });

  serve(app, contract.inviteMember, async ({ parameters, principal }) => {
    const { build_id: buildId, email, role } = parameters;
    const { link } = await inviteMember(core, principal, { buildId, email, role });
    // Where mail is sent, only its recipient may see it: it proves the address.
    return { joined: false, link: people?.hasMail === false ? link : null };
  });

  serve(app, contract.changeMember, async ({ parameters, principal }) => {
    const { build_id: buildId, user_id: userId, role } = parameters;
    await changeMember(core, principal, { buildId, userId, role });
    return success;
  });

  serve(app, contract.removeMember, async ({ parameters, principal }) => {
    const { build_id: buildId, user_id: userId } = parameters;
    await changeMember(core, principal, { buildId, userId, role: 'none' });
    return success;
  });

  serve(app, contract.revokeInvitation, async ({ parameters, principal }) => {
    const { build_id: buildId, invitation_id: invitationId } = parameters;
    await revokeInvitation(core, principal, { buildId, invitationId });
    return success;
  });

  serve(app, contract.listPeople, async ({ parameters, principal }) => ({
    people: (await listPeople(core, principal, pageOf(parameters))).map(personView),
  }));

  serve(app, contract.changePerson, async ({ parameters, principal }) => {
    const { user_id: userId, superuser } = parameters;
    return { person: personView(await changeSuperuser(core, principal, { userId, superuser })) };
  });
}
