import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as contract from '../../contract/v1/sign-in.ts';
import { AppError } from '../../base/errors.ts';
import { checkPassword, wrongPassword } from '../../domain/people/login-rules.ts';
import { checkEmail } from '../../domain/people/membership.ts';
import type { LoginAnswer, LoginOrigin, Logins } from '../../ports/logins.ts';
import {
  acceptAsPerson,
  acceptInvitation,
  lookAtInvitation,
} from '../../services/people/accept-invitation.ts';
import { answerInvitation } from '../../services/people/answer-invitation.ts';
import { completeLogin } from '../../services/people/complete-login.ts';
import {
  chooseBuildMail,
  describeAccount,
  endSession,
  updateAccount,
} from '../../services/people/describe-account.ts';
import { confirmAlias, lookAtAlias } from '../../services/builds/confirm-alias.ts';
import { acceptLink, lookAtLink } from '../../services/people/link-login.ts';
import { setUp } from '../../services/people/set-up.ts';
import { signOut } from '../../services/people/sign-out.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { AttemptCounts, attemptName } from '../limits/attempt-counts.ts';
import { attemptLedger } from '../limits/shared-attempts.ts';
import { PasswordAttempts } from '../limits/password-attempts.ts';
import { personView } from './views.ts';

const success = { success: true } as const;
/** Password reset mails per person and server; further requests get the same answer but no mail. */
const maxResets = 3;
const resetWindowMs = 15 * 60_000;

export function serveLogins(app: FastifyInstance, context: HttpContext): void {
  const { core, people, settings } = context;
  const attempts = new PasswordAttempts(
    core.clock,
    settings,
    attemptLedger(core, 'password', settings.failedLoginWindowMs),
  );
  const providerLogins = new AttemptCounts(core.clock, settings.failedLoginWindowMs);
  const resets = new AttemptCounts(core.clock, resetWindowMs);

  function logins(): Logins {
    if (people !== null) return people.logins;
    throw new AppError('conflict', 'This server needs no login: anyone who can reach it has full access.');
  }

  function withPasswords(): Logins {
    const found = logins();
    if (found.hasPasswords) return found;
    throw new AppError('conflict', 'This server does not allow passwords. Sign in with a provider.');
  }

  serve(app, contract.signIn, async ({ parameters, request, reply, address }) => {
    const { password, link } = parameters;
    const email = parameters.email.trim().toLowerCase();
    const found = withPasswords();
    const answer = await attempts.attempt({ address, account: email }, async () => {
      if (link !== undefined && (await lookAtLink(core, link)) !== email) throw wrongPassword();
      return found.signIn({ email, password }, originOf(request));
    });
    if (link !== undefined) await acceptLink(core, link);
    await signedIn(context, answer, request, reply);
    return success;
  });

  serve(app, contract.startProvider, async ({ parameters, reply, address }) => {
    if (providerLogins.add(address) > settings.maxProviderLoginsOfAddress)
      throw providerLogins.tooMany(address, 'sign-ins begun from this address');
    const { url, cookies } = await logins().startProvider(parameters.provider, parameters.next ?? '/');
    setCookies(reply, cookies);
    return { url };
  });

  serve(app, contract.signOut, async ({ request, reply }) => {
    const found = logins();
    if (request.sessionToken !== null) await signOut(core, request.sessionToken);
    setCookies(reply, found.forget());
    return success;
  });

  serve(app, contract.setUp, async ({ parameters, principal, request, reply, address }) => {
    const answer = await attempts.attempt({ address, account: null }, () =>
      setUp(core, logins(), principal, parameters, originOf(request)),
    );
    await people?.onSetUp?.();
    await signedIn(context, answer, request, reply);
    return success;
  });

  serve(app, contract.forgotPassword, async ({ parameters, address }) => {
    const found = withPasswords();
    const email = checkEmail('email', parameters.email);
    if (!context.people!.hasMail) {
      throw new AppError(
        'conflict',
        'This server sends no mail. Ask its operator to set a new password for you.',
      );
    }
    const name = attemptName(address, email);
    const isTooOften =
      resets.of(name) >= maxResets || resets.of(address) >= settings.maxPasswordResetsOfAddress;
    if (!isTooOften) {
      resets.add(name);
      resets.add(address);
      // Not awaited, so that the response time does not reveal whether the address exists.
      void found.requestReset(email).catch((error: unknown) => {
        core.logger.warn('a password reset could not be mailed', { problem: String(error).slice(0, 200) });
      });
    }
    return success;
  });

  serve(app, contract.resetPassword, async ({ parameters, address }) => {
    const found = withPasswords();
    await attempts.attempt({ address, account: null }, () =>
      found.resetPassword(parameters.token, parameters.password),
    );
    return success;
  });

  serve(app, contract.lookAtInvitation, async ({ parameters }) => {
    logins();
    const { invitation, buildName, isKnown } = await lookAtInvitation(core, parameters);
    return {
      build_id: invitation.buildId,
      build_name: buildName,
      email: invitation.email,
      role: invitation.role,
      is_known: isKnown,
    };
  });

  serve(app, contract.acceptInvitation, async ({ parameters, principal, request, reply, address }) => {
    const { token, name = '', password = '' } = parameters;
    const isMailed = context.people?.hasMail === true;
    if (principal.kind === 'user') {
      await acceptAsPerson(core, principal, { token, isMailed });
      return success;
    }
    const found = withPasswords();
    const answer = await attempts.attempt({ address, account: null }, () =>
      acceptInvitation(core, found, { token, name, password, isMailed }, originOf(request)),
    );
    await signedIn(context, answer, request, reply);
    return success;
  });

  serve(app, contract.answerInvitation, async ({ parameters, principal }) => {
    const { invitation_id: invitationId, accept } = parameters;
    await answerInvitation(core, principal, { invitationId, accept });
    return success;
  });

  serve(app, contract.lookAtEmailAlias, async ({ parameters }) => {
    logins();
    const { name, emailAlias } = await lookAtAlias(core, parameters);
    return { build_name: name, email_alias: emailAlias };
  });

  serve(app, contract.confirmEmailAlias, async ({ parameters }) => {
    logins();
    await confirmAlias(core, parameters);
    return success;
  });

  serve(app, contract.describeAccount, async ({ principal, request, reply }) => {
    const { user, mail, methods, roles, invitations, sessions } = await describeAccount(core, principal);
    void reply.headers({ 'cache-control': 'no-store' });
    return {
      person: personView(user),
      review_mail: mail.review,
      mention_mail: mail.mention,
      methods,
      roles: roles.map(({ buildId, buildName, role, mail: ofBuild }) => ({
        build_id: buildId,
        build_name: buildName,
        role,
        review_mail: ofBuild,
      })),
      invitations: invitations.map(({ invitation, buildName }) => ({
        id: invitation.id,
        build_id: invitation.buildId,
        build_name: buildName,
        role: invitation.role,
        expires_at: invitation.expiresAt,
      })),
      sessions: sessions.map((session) => ({
        id: session.id,
        is_this: session.id === request.sessionId,
        created_at: session.createdAt,
        last_used_at: session.lastUsedAt,
        expires_at: session.expiresAt,
        ip_address: session.ipAddress,
        user_agent: session.userAgent,
      })),
    };
  });

  serve(app, contract.updateAccount, async ({ parameters, principal }) => {
    const mail = await updateAccount(core, principal, {
      review: parameters.review_mail,
      mention: parameters.mention_mail,
    });
    return { review_mail: mail.review, mention_mail: mail.mention };
  });

  serve(app, contract.chooseBuildMail, async ({ parameters, principal }) => {
    const { build_id: buildId, review_mail: review } = parameters;
    await chooseBuildMail(core, principal, { buildId, review: review === 'default' ? null : review });
    return success;
  });

  serve(app, contract.changePassword, async ({ parameters, principal, request, reply, address }) => {
    const found = withPasswords();
    const { user } = await describeAccount(core, principal);
    const password = checkPassword('password', parameters.password);
    const of = { oldPassword: parameters.old_password, password };
    const answer = await attempts
      .attempt({ address, account: user.email }, () =>
        found.changePassword(request.headers.cookie ?? '', of, originOf(request)),
      )
      .catch((error: unknown) => {
        // They are signed in; only what they typed is wrong.
        if (!(error instanceof AppError) || error.code !== 'invalid_credentials') throw error;
        throw new AppError('invalid_argument', error.message, { details: { parameter: 'old_password' } });
      });
    await signedIn(context, answer, request, reply);
    return success;
  });

  serve(app, contract.endSession, async ({ parameters, principal }) => {
    await endSession(core, principal, { sessionId: parameters.session_id });
    return success;
  });
}

/** The answer to a login, with the cookie of the new session. */
export async function signedIn(
  { core, people }: HttpContext,
  answer: LoginAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  setCookies(reply, answer.cookies);
  await completeLogin(core, people!.logins, answer, people!.logins.tokenOf(request.headers.cookie));
}

export function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  void reply.headers({
    'cache-control': 'no-store',
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
}

export function originOf(request: FastifyRequest): LoginOrigin {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? null };
}
