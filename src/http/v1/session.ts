import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/session.ts';
import { describeSession } from '../../services/people/describe-session.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';

export function serveSession(
  app: FastifyInstance,
  { core, authentication, version, captureTargets, people }: HttpContext,
): void {
  serve(app, contract.describeSession, async ({ parameters, principal, request, reply }) => {
    const session = await describeSession(core, principal, { buildId: parameters.build_id });
    const { kind, actor, name, isSuperuser, mayCreateBuilds, mayWork, person, needsSetUp, build } = session;
    void reply.headers({ 'cache-control': 'no-store' });
    return {
      version,
      authentication,
      principal: {
        kind,
        actor,
        name,
        is_superuser: isSuperuser,
        may_create_builds: mayCreateBuilds,
        may_work: mayWork,
      },
      person,
      csrf_token: request.csrfToken,
      sign_in: people && {
        password: people.logins.hasPasswords,
        mail: people.hasMail,
        providers: people.logins.providers.map((provider) => ({ id: provider.id, name: provider.name })),
        needs_set_up: needsSetUp,
      },
      capture: mayWork
        ? { private: captureTargets.allowPrivate, allow: [...(captureTargets.allow ?? [])] }
        : null,
      build: build && {
        id: build.id,
        may_review: build.mayReview,
        may_manage: build.mayManage,
        may_comment: build.mayComment,
      },
    };
  });
}
