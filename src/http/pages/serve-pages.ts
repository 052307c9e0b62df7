import type { FastifyInstance } from 'fastify';
import { dummyContentSecurityPolicy } from '../access/security-headers.ts';
import { dummyPages } from './dummy-pages.ts';
import { plainCss } from './plain-css.ts';

/** The pages captured by the original's examples, and the styles of the server's plain pages. */
export function servePages(app: FastifyInstance): void {
  app.get('/static/plain.css', { config: { access: 'open' } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('text/css; charset=utf-8').send(plainCss),
  );
  for (const [address, markup] of Object.entries(dummyPages)) {
    app.get(address, { config: { access: 'open' } }, async (_request, reply) =>
      reply
        .header('content-security-policy', dummyContentSecurityPolicy)
        .type('text/html; charset=utf-8')
        .send(markup),
    );
  }
}
