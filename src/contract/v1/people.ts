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

export const listMembers = operation('listMembers', {
  summary: 'Who has a part in a build, and who was invited.',
  description: 'With e-mail addresses, so only for who administers the build.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ members: z.array(member), invitations: z.array(invitation) }),
});

export const inviteMember = operation('inviteMember', {
  summary: 'Invites somebody to take a part in a build, by e-mail address.',
  description:
    'They are mailed an invitation for 14 days, and are in when they accept it. The answer is the same whether or not somebody here has that address; joined is always false. Again with another role: the open invitation changes, without a second mail.',
  parameters: parameters({ build_id: buildId, email: name('E-mail address.'), role }),
  answer: z.object({ joined: z.boolean() }),
});

export const changeMember = operation('changeMember', {
  summary: 'Gives a member another role.',
  description: 'Not oneself, and never the last admin: 409.',
  parameters: parameters({ build_id: buildId, user_id: userId, role }),
  answer: success,
});

export const removeMember = operation('removeMember', {
  summary: "Takes a member's part in a build away.",
  description: 'Not oneself, and never the last admin: 409.',
  parameters: parameters({ build_id: buildId, user_id: userId }),
  answer: success,
});

export const revokeInvitation = operation('revokeInvitation', {
  summary: 'Takes an invitation back.',
  description: 'Doing so again changes nothing.',
  parameters: parameters({ build_id: buildId, invitation_id: name('ID of the invitation.') }),
  answer: success,
});

export const listPeople = operation('listPeople', {
  summary: 'Everybody who can sign in, by name.',
  description: '',
  parameters: parameters({ page_size: pageSize, offset }),
  answer: z.object({ people: z.array(person) }),
});

export const changePerson = operation('changePerson', {
  summary: 'Makes a person superuser, or no longer.',
  description: 'Never the last one: 409.',
  parameters: parameters({ user_id: userId, superuser: flag('May do everything, in every build.') }),
  answer: z.object({ person }),
});
