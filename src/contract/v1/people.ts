import { z } from 'zod';
import { roles } from '../../domain/people/membership.ts';
import { operation } from '../operation.ts';
import { buildId, flag, name, oneOf, parameters } from '../parameters.ts';
import { offset, pageSize } from './builds.ts';
import { invitation, member, person } from './people-shapes.ts';

/** Members of builds, and superusers. */

const role = oneOf('Their role.', roles);
const userId = name('ID of the person.');
const success = z.object({ success: z.literal(true) });

export const listMembers = operation({
  name: 'list_members',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/members',
  summary: 'The members and open invitations of a build.',
  description: 'Contains e-mail addresses, so only for admins of the build.',
  access: 'manage',
  parameters: parameters({ build_id: buildId }),
  takesFile: false,
  answer: z.object({ members: z.array(member), invitations: z.array(invitation) }),
  repeatable: true,
});

export const inviteMember = operation({
  name: 'invite_member',
  method: 'POST',
  path: '/api/v1/builds/{build_id}/members',
  summary: 'Invites a person to a build by e-mail address.',
  description:
    'The person receives an invitation by mail, valid for 14 days, and joins by accepting it. The answer is the same whether or not the address has an account; joined is always false. Repeating the call with another role changes the open invitation without a second mail.',
  access: 'manage',
  parameters: parameters({ build_id: buildId, email: name('E-mail address.'), role }),
  takesFile: false,
  answer: z.object({ joined: z.boolean() }),
  repeatable: false,
});

export const changeMember = operation({
  name: 'change_member',
  method: 'PATCH',
  path: '/api/v1/builds/{build_id}/members/{user_id}',
  summary: "Changes a member's role.",
  description: '409 for your own role and for the last admin.',
  access: 'manage',
  parameters: parameters({ build_id: buildId, user_id: userId, role }),
  takesFile: false,
  answer: success,
  repeatable: true,
});

export const removeMember = operation({
  name: 'remove_member',
  method: 'DELETE',
  path: '/api/v1/builds/{build_id}/members/{user_id}',
  summary: 'Removes a member from a build.',
  description: '409 for your own role and for the last admin.',
  access: 'manage',
  parameters: parameters({ build_id: buildId, user_id: userId }),
  takesFile: false,
  answer: success,
  repeatable: false,
});

export const revokeInvitation = operation({
  name: 'revoke_invitation',
  method: 'DELETE',
  path: '/api/v1/builds/{build_id}/invitations/{invitation_id}',
  summary: 'Revokes an invitation.',
  description: 'Repeating the call changes nothing.',
  access: 'manage',
  parameters: parameters({ build_id: buildId, invitation_id: name('ID of the invitation.') }),
  takesFile: false,
  answer: success,
  repeatable: true,
});

export const listPeople = operation({
  name: 'list_people',
  method: 'GET',
  path: '/api/v1/people',
  summary: 'All people who can sign in, by name.',
  description: '',
  access: 'superuser',
  parameters: parameters({ page_size: pageSize, offset }),
  takesFile: false,
  answer: z.object({ people: z.array(person) }),
  repeatable: true,
});

export const changePerson = operation({
  name: 'change_person',
  method: 'PATCH',
  path: '/api/v1/people/{user_id}',
  summary: 'Grants or revokes superuser rights.',
  description: '409 for the last superuser.',
  access: 'superuser',
  parameters: parameters({ user_id: userId, superuser: flag('Full access to every build.') }),
  takesFile: false,
  answer: z.object({ person }),
  repeatable: true,
});
