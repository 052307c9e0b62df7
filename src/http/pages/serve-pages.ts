import type { FastifyInstance } from 'fastify';
import {
  buildId,
  parameters,
  readParameters,
  releaseName,
  releaseNumber,
} from '../../contract/parameters.ts';
import { listBuilds } from '../../services/list-builds.ts';
import { listRuns } from '../../services/list-runs.ts';
import { queryOf } from '../api/define.ts';
import type { HttpContext } from '../deps.ts';
import { dummyPages } from './dummy-pages.ts';
import { homePage } from './home-page.ts';
import { plainCss } from './plain-css.ts';
import { releasePage } from './release-page.ts';
import { sendPage } from './send-page.ts';

const releaseQuery = parameters({ id: buildId, name: releaseName, number: releaseNumber });

/** Plain pages at the original's addresses, and the pages that its examples capture. */
export function servePages(app: FastifyInstance, { core }: HttpContext): void {
  app.get('/', { config: { access: 'build' } }, async (request, reply) =>
    sendPage(reply, homePage(await listBuilds(core, request.principal))),
  );

  app.get('/release', { config: { access: 'read' } }, async (request, reply) => {
    const { id, name, number } = readParameters(releaseQuery, queryOf(request.url));
    const list = await listRuns(core, request.principal, {
      buildId: id,
      releaseName: name,
      releaseNumber: number,
    });
    return sendPage(reply, releasePage(list));
  });

  app.get('/static/plain.css', { config: { access: 'open' } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('text/css; charset=utf-8').send(plainCss),
  );
  for (const [address, markup] of Object.entries(dummyPages)) {
    app.get(address, { config: { access: 'open' } }, async (_request, reply) =>
      reply
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        )
        .type('text/html; charset=utf-8')
        .send(markup),
    );
  }
}
