import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, longText, name, optional, parameters, secret } from '../parameters.ts';
import { person, role } from './people-shapes.ts';

/** How people get in. Answers that sign somebody in set the session's cookie. */

const email = name('E-mail address.');
const password = secret('10 to 128 characters.');
const token = secret('From the link.');
const personName = name('Name that others see.', 100);
const done = z.object({ success: z.literal(true) });
const cookieNote = 'For browsers: the answer sets a cookie. Programs use API keys.';

export const signIn = operation({
  name: 'sign_in',
  method: 'POST',
  path: '/api/v1/sign_in',
  summary: 'Signs a person in with their password.',
  description: cookieNote,
  access: 'open',
  parameters: parameters({
    email,
    password,
    link: optional(
      secret(
        'From the refusal of a sign-in with a provider whose address this person has: links that provider to them.',
      ),
    ),
  }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const startProvider = operation({
  name: 'sign_in_with',
  method: 'POST',
  path: '/api/v1/sign_in/{provider}',
  summary: 'Begins to sign a person in with a provider; says where to send the browser.',
  description: cookieNote,
  access: 'open',
  parameters: parameters({
    provider: name('google or oidc, as the session tells.', 20),
    next: optional(longText('Where to go afterwards, on this site.', 8_192)),
  }),
  takesFile: false,
  answer: z.object({ url: z.string() }),
  repeatable: false,
});

export const signOut = operation({
  name: 'sign_out',
  method: 'POST',
  path: '/api/v1/sign_out',
  summary: "Ends the browser's session for good.",
  description: '',
  access: 'open',
  parameters: parameters({}),
  takesFile: false,
  answer: done,
  repeatable: true,
});

export const setUp = operation({
  name: 'set_up',
  method: 'POST',
  path: '/api/v1/set_up',
  summary: 'Makes the first superuser, with the link that the server prints at its start.',
  description:
    'Somebody who is signed in becomes the superuser; else a person is made of the other parameters.',
  access: 'open',
  parameters: parameters({
    token,
    name: optional(personName),
    email: optional(email),
    password: optional(password),
  }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const forgotPassword = operation({
  name: 'forgot_password',
  method: 'POST',
  path: '/api/v1/password/forgot',
  summary: 'Mails a link to set a new password.',
  description: 'The answer is the same whether or not somebody has that address.',
  access: 'open',
  parameters: parameters({ email }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const resetPassword = operation({
  name: 'reset_password',
  method: 'POST',
  path: '/api/v1/password/reset',
  summary: 'Sets a new password with the token of a mailed link; ends all sessions of that person.',
  description: '',
  access: 'open',
  parameters: parameters({ token, password }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const lookAtInvitation = operation({
  name: 'look_at_invitation',
  method: 'POST',
  path: '/api/v1/invitation',
  summary: 'What an invitation is for; changes nothing.',
  description: 'is_known: that person signs in already, and accepts by doing so.',
  access: 'open',
  parameters: parameters({ token }),
  takesFile: false,
  answer: z.object({
    build_id: z.int(),
    build_name: z.string(),
    email: z.string(),
    role,
    is_known: z.boolean(),
  }),
  repeatable: true,
});

export const acceptInvitation = operation({
  name: 'accept_invitation',
  method: 'POST',
  path: '/api/v1/invitation/accept',
  summary: 'Makes a login for whoever was invited, and signs them in.',
  description:
    'Somebody who is signed in with the address that was invited needs neither name nor password: they are in. For browsers: the answer sets a cookie. Programs use API keys.',
  access: 'open',
  parameters: parameters({ token, name: optional(personName), password: optional(password) }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const describeAccount = operation({
  name: 'describe_account',
  method: 'GET',
  path: '/api/v1/account',
  summary: 'What a person who is signed in may know about themselves.',
  description: 'Keys have no account: 404.',
  access: 'build',
  parameters: parameters({}),
  takesFile: false,
  answer: z.object({
    person,
    methods: z.array(z.string()).meta({ description: 'password, google, oidc' }),
    invitations: z
      .array(
        z.object({ id: z.string(), build_id: z.int(), build_name: z.string(), role, expires_at: z.int() }),
      )
      .meta({ description: 'That wait for an answer.' }),
    roles: z.array(z.object({ build_id: z.int(), build_name: z.string(), role })),
    sessions: z.array(
      z.object({
        id: z.string(),
        is_this: z.boolean(),
        created_at: z.int(),
        last_used_at: z.int(),
        expires_at: z.int(),
        ip_address: z.string().nullable(),
        user_agent: z.string().nullable(),
      }),
    ),
  }),
  repeatable: true,
});

export const answerInvitation = operation({
  name: 'answer_invitation',
  method: 'POST',
  path: '/api/v1/account/invitations/{invitation_id}',
  summary: 'Accepts or declines an invitation to the address of whoever is signed in.',
  description: '',
  access: 'build',
  parameters: parameters({
    invitation_id: name('ID of the invitation.'),
    accept: flag('False: declines.'),
  }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const lookAtEmailAlias = operation({
  name: 'look_at_email_alias',
  method: 'POST',
  path: '/api/v1/email_alias',
  summary: 'What the link in a mail to an email_alias is for; changes nothing.',
  description: '',
  access: 'open',
  parameters: parameters({ token }),
  takesFile: false,
  answer: z.object({ build_name: z.string(), email_alias: z.string() }),
  repeatable: true,
});

export const confirmEmailAlias = operation({
  name: 'confirm_email_alias',
  method: 'POST',
  path: '/api/v1/email_alias/confirm',
  summary: "Lets a build's mail go to its email_alias, with the link that was mailed there.",
  description: '',
  access: 'open',
  parameters: parameters({ token }),
  takesFile: false,
  answer: done,
  repeatable: false,
});

export const endSession = operation({
  name: 'end_session',
  method: 'DELETE',
  path: '/api/v1/account/sessions/{session_id}',
  summary: "Ends one of a person's own sessions, on every server at once.",
  description: '',
  access: 'build',
  parameters: parameters({ session_id: name('ID of the session.') }),
  takesFile: false,
  answer: done,
  repeatable: false,
});
