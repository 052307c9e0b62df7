import type { FastifyInstance } from 'fastify';
import type { StoreHealth } from '../ports/store.ts';
import type { HttpContext } from './deps.ts';

/** Monitoring: liveness, readiness and metrics. */
export function serveHealth(app: FastifyInstance, { core, metrics, draining }: HttpContext): void {
  async function healthOf(): Promise<StoreHealth> {
    const health = await core.store.health();
    if (health !== 'ok') return health;
    // Decisions need no files, and all servers share the storage: none of them should be taken out of service.
    return (await core.blobs.health()) === 'ok' ? 'ok' : 'degraded';
  }

  app.get('/healthz', { config: { access: 'open' } }, async () => {
    const health = await healthOf();
    return { status: health === 'ok' ? 'ok' : 'degraded' };
  });

  app.get('/readyz', { config: { access: 'open' } }, async (_request, reply) => {
    const health = draining.aborted ? 'stopping' : await healthOf();
    if (health !== 'unavailable' && health !== 'stopping') return { status: health };
    return reply.code(503).header('retry-after', '5').send({ status: health });
  });

  app.get('/metrics', { config: { access: 'monitor' } }, async (_request, reply) => {
    const { contentType, body } = await metrics.text();
    return reply.type(contentType).send(body);
  });
}
