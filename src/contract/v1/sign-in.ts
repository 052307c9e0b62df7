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

export const signIn = operation('signIn', {
  summary: 'Signs a person in with their password.',
  description: cookieNote,
  parameters: parameters({
    email,
    password,
    link: optional(
      secret(
        'From the refusal of a sign-in with a provider whose address this person has: links that provider to them.',
      ),
    ),
  }),
  answer: done,
});

export const startProvider = operation('startProvider', {
  summary: 'Begins to sign a person in with a provider; says where to send the browser.',
  description: cookieNote,
  parameters: parameters({
    provider: name('google or oidc, as the session tells.', 20),
    next: optional(longText('Where to go afterwards, on this site.', 8_192)),
  }),
  answer: z.object({ url: z.string() }),
});

export const signOut = operation('signOut', {
  summary: "Ends the browser's session for good.",
  description: '',
  parameters: parameters({}),
  answer: done,
});

export const setUp = operation('setUp', {
  summary: 'Makes the first superuser, with the link that the server prints at its start.',
  description:
    'Somebody who is signed in becomes the superuser; else a person is made of the other parameters.',
  parameters: parameters({
    token,
    name: optional(personName),
    email: optional(email),
    password: optional(password),
  }),
  answer: done,
});

export const forgotPassword = operation('forgotPassword', {
  summary: 'Mails a link to set a new password.',
  description: 'The answer is the same whether or not somebody has that address.',
  parameters: parameters({ email }),
  answer: done,
});

export const resetPassword = operation('resetPassword', {
  summary: 'Sets a new password with the token of a mailed link; ends all sessions of that person.',
  description: '',
  parameters: parameters({ token, password }),
  answer: done,
});

export const lookAtInvitation = operation('lookAtInvitation', {
  summary: 'What an invitation is for; changes nothing.',
  description: 'is_known: that person signs in already, and accepts by doing so.',
  parameters: parameters({ token }),
  answer: z.object({
    build_id: z.int(),
    build_name: z.string(),
    email: z.string(),
    role,
    is_known: z.boolean(),
  }),
});

export const acceptInvitation = operation('acceptInvitation', {
  summary: 'Makes a login for whoever was invited, and signs them in.',
  description:
    'Somebody who is signed in with the address that was invited needs neither name nor password: they are in. For browsers: the answer sets a cookie. Programs use API keys.',
  parameters: parameters({ token, name: optional(personName), password: optional(password) }),
  answer: done,
});

export const describeAccount = operation('describeAccount', {
  summary: 'What a person who is signed in may know about themselves.',
  description: 'Keys have no account: 404.',
  parameters: parameters({}),
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
});

export const answerInvitation = operation('answerInvitation', {
  summary: 'Accepts or declines an invitation to the address of whoever is signed in.',
  description: '',
  parameters: parameters({
    invitation_id: name('ID of the invitation.'),
    accept: flag('False: declines.'),
  }),
  answer: done,
});

export const lookAtEmailAlias = operation('lookAtEmailAlias', {
  summary: 'What the link in a mail to an email_alias is for; changes nothing.',
  description: '',
  parameters: parameters({ token }),
  answer: z.object({ build_name: z.string(), email_alias: z.string() }),
});

export const confirmEmailAlias = operation('confirmEmailAlias', {
  summary: "Lets a build's mail go to its email_alias, with the link that was mailed there.",
  description: '',
  parameters: parameters({ token }),
  answer: done,
});

export const endSession = operation('endSession', {
  summary: "Ends one of a person's own sessions, on every server at once.",
  description: '',
  parameters: parameters({ session_id: name('ID of the session.') }),
  answer: done,
});
