import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loginProblems, type LoginProblem } from '../../domain/people/login-rules.ts';
import { AppError } from '../../base/errors.ts';
import { statusOf } from '../errors.ts';
import type { HttpContext } from '../deps.ts';
import { originOf, setCookies, signedIn } from '../v1/sign-in.ts';
import { html, page } from './html.ts';
import { sendPage } from './send-page.ts';

/** The redirect target of providers. */
export function serveLoginCallback(app: FastifyInstance, context: HttpContext): void {
  const { people } = context;
  if (people === null) return;
  app.get<{ Params: { provider: string } }>(
    '/api/auth/callback/:provider',
    { config: { access: 'open' } },
    async (request, reply) => {
      const start = request.url.indexOf('?');
      const outcome = await people.logins.finishProvider(
        request.params.provider,
        start < 0 ? '' : request.url.slice(start + 1),
        request.headers.cookie,
        originOf(request),
      );
      if ('problem' in outcome) {
        setCookies(reply, outcome.cookies);
        return sendProblem(request, reply, outcome);
      }
      await signedIn(context, outcome, request, reply);
      return reply.code(303).header('location', outcome.next).send();
    },
  );
}

interface Refusal {
  problem: LoginProblem;
  link?: string;
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, { problem, link }: Refusal): FastifyReply {
  const code = problem === 'state' ? 'login_state_invalid' : 'login_refused';
  const error = new AppError(code, loginProblems[problem], {
    ...(link !== undefined && { details: { link } }),
  });
  if (request.headers.accept?.includes('text/html') !== true) throw error;
  // After the #, so that no log contains it.
  if (link !== undefined) return reply.code(303).header('location', `/login#link=${link}`).send();
  request.errorCode = code;
  const markup = page(
    'Not signed in',
    html`<h1>You are not signed in</h1>
      <p>${error.message}</p>
      <p><a href="/login">Sign in</a></p>`,
  );
  return sendPage(reply.code(statusOf(error)), markup).header('cache-control', 'no-store');
}
