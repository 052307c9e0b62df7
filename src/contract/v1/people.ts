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

export const listMembers = operation('listMembers', {
  summary: 'The members and open invitations of a build.',
  description: 'Contains e-mail addresses, so only for admins of the build.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ members: z.array(member), invitations: z.array(invitation) }),
});

export const inviteMember = operation('inviteMember', {
  summary: 'Invites a person to a build by e-mail address.',
  description:
    'The person receives an invitation by mail, valid for 14 days, and joins by accepting it. The answer is the same whether or not the address has an account; joined is always false. Repeating the call with another role changes the open invitation without a second mail.',
  parameters: parameters({ build_id: buildId, email: name('E-mail address.'), role }),
  answer: z.object({
    joined: z.boolean(),
    link: z.string().nullable().meta({
      description:
        'Accepts the invitation. Only for a new one, and only where the server sends no mail: hand it over.',
    }),
  }),
});

export const changeMember = operation('changeMember', {
  summary: "Changes a member's role.",
  description: '409 for your own role and for the last admin.',
  parameters: parameters({ build_id: buildId, user_id: userId, role }),
  answer: success,
});

export const removeMember = operation('removeMember', {
  summary: 'Removes a member from a build.',
  description: '409 for your own role and for the last admin.',
  parameters: parameters({ build_id: buildId, user_id: userId }),
  answer: success,
});

export const revokeInvitation = operation('revokeInvitation', {
  summary: 'Revokes an invitation.',
  description: 'Repeating the call changes nothing.',
  parameters: parameters({ build_id: buildId, invitation_id: name('ID of the invitation.') }),
  answer: success,
});

export const listPeople = operation('listPeople', {
  summary: 'All people who can sign in, by name.',
  description: '',
  parameters: parameters({ page_size: pageSize, offset }),
  answer: z.object({ people: z.array(person) }),
});

export const changePerson = operation('changePerson', {
  summary: 'Grants or revokes superuser rights.',
  description: '409 for the last superuser.',
  parameters: parameters({ user_id: userId, superuser: flag('Full access to every build.') }),
  answer: z.object({ person }),
});
