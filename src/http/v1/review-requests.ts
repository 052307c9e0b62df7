import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/review-requests.ts';
import { listReviewers, listReviewRequests, requestReview } from '../../services/reviewers/request-review.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { releaseOf } from './page.ts';
import { countsView, viewsFor, viewsOf } from './views.ts';

/** Who is asked to review what. */
export function serveReviewRequests(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listReviewers, async ({ parameters, principal }) => {
    const reviewers = await listReviewers(core, principal, releaseOf(parameters));
    return {
      reviewers: reviewers.map(({ user, request }) => ({
        user_id: user.id,
        name: user.name,
        requested_by: request?.requestedBy ?? null,
        requested_at: request?.requestedAt ?? null,
      })),
    };
  });

  serve(app, contract.requestReview, async ({ parameters, principal }) => {
    const { user_id: userId, wanted } = parameters;
    const release = await requestReview(core, principal, { ...releaseOf(parameters), userId, wanted });
    return { release: (await viewsOf(core, principal, parameters.build_id)).release(release) };
  });

  serve(app, contract.listReviewRequests, async ({ principal }) => {
    const requests = await listReviewRequests(core, principal);
    return {
      requests: requests.map(({ request, build, release, counts }) => {
        const show = viewsFor(principal, build);
        return {
          build: show.build(),
          release: show.release(release),
          counts: countsView(counts),
          requested_by: request.requestedBy,
          requested_at: request.requestedAt,
        };
      }),
    };
  });
}
