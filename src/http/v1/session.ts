import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/session.ts';
import { describeSession } from '../../services/describe-session.ts';
import { serve } from '../api/define.ts';
import type { HttpContext } from '../deps.ts';

export function serveSession(
  app: FastifyInstance,
  { core, authentication, version, captureTargets }: HttpContext,
): void {
  serve(app, contract.describeSession, async ({ parameters, principal, reply }) => {
    const { kind, actor, name, isSuperuser, mayWork, build } = await describeSession(core, principal, {
      buildId: parameters.build_id,
    });
    void reply.headers({ 'cache-control': 'no-store' });
    return {
      version,
      authentication,
      principal: { kind, actor, name, is_superuser: isSuperuser, may_work: mayWork },
      capture: mayWork
        ? { private: captureTargets.allowPrivate, allow: [...(captureTargets.allow ?? [])] }
        : null,
      build: build && { id: build.id, may_review: build.mayReview, may_manage: build.mayManage },
    };
  });
}
