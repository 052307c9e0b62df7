import type { FastifyInstance } from 'fastify';
import { AppError } from '../../base/errors.ts';
import * as contract from '../../contract/v1/status.ts';
import { invalidCredentials } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { buildStatus } from '../../services/releases/build-status.ts';
import { describeRelease } from '../../services/releases/describe-release.ts';
import type { ReleaseDescription } from '../../services/releases/describe-release.ts';
import { notModified, serve } from '../original/define.ts';
import { matches } from '../original/download.ts';
import type { HttpContext } from '../deps.ts';
import { EventStreamPlaces } from '../limits/event-stream-places.ts';
import { livePrincipal } from './live-principal.ts';
import { releaseOf } from './page.ts';
import { ReleaseWatch } from './release-watch.ts';
import { countsView, viewsFor } from './views.ts';

export function serveStatus(app: FastifyInstance, context: HttpContext): void {
  const { core, settings, stopping } = context;
  // Separate from those of event streams, so that scripts that poll do not take the places of people.
  const places = new EventStreamPlaces(settings);

  serve(app, contract.describeRelease, async ({ parameters, principal }) =>
    described(principal, await describeRelease(core, principal, releaseOf(parameters))),
  );

  serve(
    app,
    contract.buildStatus,
    async ({ parameters, request, reply }) => {
      const { build_id: buildId, commit, branch, pull_request: pullRequest, wait = 0 } = parameters;
      const leave = wait === 0 ? null : places.take(request.principal, request.ip);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const watch = new ReleaseWatch(core.feed, settings, AbortSignal.any([stopping, gone.signal]));
      const reader = livePrincipal(context, request);
      const seen = request.headers['if-none-match'];
      const deadline = performance.now() + wait * 1_000;
      try {
        for (;;) {
          const principal = await reader();
          if (principal === null) throw invalidCredentials();
          const found = await buildStatus(core, principal, { buildId, commit, branch, pullRequest });
          // What changed before it was watched is read once more.
          if (wait > 0 && found !== null && watch.follow(found.release.id)) continue;
          const answer = found && described(principal, found);
          const etag = answer && `W/"${core.ids.sha1(Buffer.from(JSON.stringify(answer)))}"`;
          const isKnown = etag !== null && matches(seen, etag);
          const isNews =
            answer !== null && !isKnown && (seen !== undefined || answer.conclusion !== 'pending');
          const left = deadline - performance.now();
          if (!isNews && left > 0 && !watch.isOver) {
            await watch.change(left);
            continue;
          }
          if (answer === null) throw noRelease(buildId);
          const headers = {
            etag: etag!,
            'cache-control': 'private, no-cache',
            vary: 'Authorization, Cookie',
          };
          void reply.headers(headers);
          return isKnown ? notModified : answer;
        }
      } finally {
        watch.end();
        leave?.();
      }
    },
    { longLived: true },
  );
}

function described(principal: Principal, found: ReleaseDescription) {
  const show = viewsFor(principal, found.build);
  return {
    conclusion: found.conclusion,
    text: found.text,
    release: show.release(found.release),
    counts: countsView(found.counts),
    url: found.url,
    baseline: found.baseline && show.release(found.baseline),
    main_ahead: found.mainAhead,
  };
}

function noRelease(buildId: number): AppError {
  return new AppError(
    'not_found',
    `Build ${buildId} has no release of that commit, branch or pull request.`,
    {
      details: { parameter: 'commit' },
    },
  );
}
