import { z } from 'zod';
import { roles } from '../../domain/people/membership.ts';
import { operation } from '../operation.ts';
import { buildId, flag, name, oneOf, parameters } from '../parameters.ts';
import { offset, pageSize } from './builds.ts';
import { invitation, member, person } from './people-shapes.ts';

/** Who has a part in a build, and who may do everything. */

const role = oneOf('What they may do.', roles);
const userId = name('ID of the person.');
const success = z.object({ success: z.literal(true) });

export const listMembers = operation({
  name: 'list_members',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/members',
  summary: 'Who has a part in a build, and who was invited.',
  description: 'With e-mail addresses, so only for who administers the build.',
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
  summary: 'Invites somebody to take a part in a build, by e-mail address.',
  description:
    'They are mailed an invitation for 14 days, and are in when they accept it. The answer is the same whether or not somebody here has that address; joined is always false. Again with another role: the open invitation changes, without a second mail.',
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
  summary: 'Gives a member another role.',
  description: 'Not oneself, and never the last admin: 409.',
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
  summary: "Takes a member's part in a build away.",
  description: 'Not oneself, and never the last admin: 409.',
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
  summary: 'Takes an invitation back.',
  description: 'Doing so again changes nothing.',
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
  summary: 'Everybody who can sign in, by name.',
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
  summary: 'Makes a person superuser, or no longer.',
  description: 'Never the last one: 409.',
  access: 'superuser',
  parameters: parameters({ user_id: userId, superuser: flag('May do everything, in every build.') }),
  takesFile: false,
  answer: z.object({ person }),
  repeatable: true,
});
