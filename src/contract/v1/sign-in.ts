import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, longText, name, optional, parameters, secret } from '../parameters.ts';
import { person, role } from './people-shapes.ts';

/** Signing in. Answers that start a session set its cookie. */

const email = name('E-mail address.');
const password = secret('10 to 128 characters.');
const token = secret('From the link.');
const personName = name('Display name.', 100);
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
      secret("From a refused provider sign-in with this person's address: links that provider to them."),
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
  summary: 'Starts signing a person in through a provider; returns the address to send the browser to.',
  description: cookieNote,
  access: 'open',
  parameters: parameters({
    provider: name('google or oidc, as listed in the session.', 20),
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
  summary: "Ends the browser's session permanently.",
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
  summary: 'Creates the first superuser, with the link that the server prints at its start.',
  description:
    'A signed-in person becomes the superuser; otherwise a person is created from the other parameters.',
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
  summary: 'Mails a password reset link.',
  description: 'The answer is the same whether or not the address has an account.',
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
  description: 'is_known: the person already has an account, and must sign in to accept.',
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
  summary: 'Creates a login for the invited person, and signs them in.',
  description:
    'A person signed in with the invited address joins without name and password. For browsers: the answer sets a cookie. Programs use API keys.',
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
  summary: 'The account of the signed-in person.',
  description: '404 for API keys, which have no account.',
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
      .meta({ description: 'Open invitations.' }),
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
  summary: "Accepts or declines an invitation to the signed-in person's address.",
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
  summary: "Confirms that a build's email_alias accepts mail, with the link mailed to it.",
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
  summary: "Ends one of the person's own sessions on every server immediately.",
  description: '',
  access: 'build',
  parameters: parameters({ session_id: name('ID of the session.') }),
  takesFile: false,
  answer: done,
  repeatable: false,
});
