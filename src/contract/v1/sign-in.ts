import { z } from 'zod';
import { mailChoices } from '../../domain/people/membership.ts';
import { operation } from '../operation.ts';
import { buildId, flag, longText, name, oneOf, optional, parameters, secret } from '../parameters.ts';
import { person, role } from './people-shapes.ts';

/** Signing in. Answers that start a session set its cookie. */

const email = name('E-mail address.');
const password = secret('10 to 128 characters.');
const token = secret('From the link.');
const personName = name('Display name.', 100);
const done = z.object({ success: z.literal(true) });
const cookieNote = 'For browsers: the answer sets a cookie. Programs use API keys.';

export const signIn = operation('signIn', {
  summary: 'Signs a person in with their password.',
  description: cookieNote,
  parameters: parameters({
    email,
    password,
    link: optional(
      secret("From a refused provider sign-in with this person's address: links that provider to them."),
    ),
  }),
  answer: done,
});

export const startProvider = operation('startProvider', {
  summary: 'Starts signing a person in through a provider; returns the address to send the browser to.',
  description: cookieNote,
  parameters: parameters({
    provider: name('google or oidc, as listed in the session.', 20),
    next: optional(longText('Where to go afterwards, on this site.', 8_192)),
  }),
  answer: z.object({ url: z.string() }),
});

export const signOut = operation('signOut', {
  summary: "Ends the browser's session permanently.",
  description: '',
  parameters: parameters({}),
  answer: done,
});

export const setUp = operation('setUp', {
  summary: 'Creates the first superuser, with the link that the server prints at its start.',
  description:
    'A signed-in person becomes the superuser; otherwise a person is created from the other parameters.',
  parameters: parameters({
    token,
    name: optional(personName),
    email: optional(email),
    password: optional(password),
  }),
  answer: done,
});

export const forgotPassword = operation('forgotPassword', {
  summary: 'Mails a password reset link.',
  description: 'The answer is the same whether or not the address has an account.',
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
  description: 'is_known: the person already has an account, and must sign in to accept.',
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
  summary: 'Creates a login for the invited person, and signs them in.',
  description:
    'A person signed in with the invited address joins without name and password. For browsers: the answer sets a cookie. Programs use API keys.',
  parameters: parameters({ token, name: optional(personName), password: optional(password) }),
  answer: done,
});

const reviewMail = z.enum(mailChoices).meta({
  description:
    'Mail about releases that are ready for review: now, digest (one mail a day, at 07:00 UTC) or none.',
});
const mentionMail = z.enum(mailChoices).meta({
  description:
    'Mail about comments that name the person, answers to theirs, and reviews that they are asked for: now, digest (one mail a day, at 07:00 UTC) or none.',
});
const mailChoice = oneOf('now: one mail each; digest: one mail a day, at 07:00 UTC; none.', mailChoices);

export const updateAccount = operation('updateAccount', {
  summary: 'Sets which mails the signed-in person gets.',
  description: 'What is not given stays. 404 for API keys, which have no account.',
  parameters: parameters({ review_mail: optional(mailChoice), mention_mail: optional(mailChoice) }),
  answer: z.object({ review_mail: reviewMail, mention_mail: mentionMail }),
});

export const chooseBuildMail = operation('chooseBuildMail', {
  summary: 'Sets how the signed-in person hears of releases of one build.',
  description:
    'Any member may ask for mail, also where the build writes to an address. 404 without a role in the build, and for API keys.',
  parameters: parameters({
    build_id: buildId,
    review_mail: oneOf(
      'now: one mail each; digest: one mail a day, at 07:00 UTC; none; default: for admins of builds without an address as review_mail of the account says, for others none.',
      [...mailChoices, 'default'],
    ),
  }),
  answer: done,
});

export const changePassword = operation('changePassword', {
  summary: 'Changes the password of the signed-in person.',
  description: `Signs out all other browsers. ${cookieNote}`,
  parameters: parameters({ old_password: secret('The present one.'), password }),
  answer: done,
});

export const describeAccount = operation('describeAccount', {
  summary: 'The account of the signed-in person.',
  description: '404 for API keys, which have no account.',
  parameters: parameters({}),
  answer: z.object({
    person,
    review_mail: reviewMail,
    mention_mail: mentionMail,
    methods: z.array(z.string()).meta({ description: 'password, google, oidc' }),
    invitations: z
      .array(
        z.object({ id: z.string(), build_id: z.int(), build_name: z.string(), role, expires_at: z.int() }),
      )
      .meta({ description: 'Open invitations.' }),
    roles: z.array(
      z.object({
        build_id: z.int(),
        build_name: z.string(),
        role,
        review_mail: z
          .enum(mailChoices)
          .nullable()
          .meta({ description: 'Mail about releases of this build; null: by default.' }),
      }),
    ),
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
  summary: "Accepts or declines an invitation to the signed-in person's address.",
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
  summary: "Confirms that a build's email_alias accepts mail, with the link mailed to it.",
  description: '',
  parameters: parameters({ token }),
  answer: done,
});

export const endSession = operation('endSession', {
  summary: "Ends one of the person's own sessions on every server immediately.",
  description: '',
  parameters: parameters({ session_id: name('ID of the session.') }),
  answer: done,
});
