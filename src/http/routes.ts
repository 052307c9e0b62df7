import type { FastifyInstance } from 'fastify';
import type { RouteAccess } from './deps.ts';
import { HttpError } from './http-error.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The handlers of one address. */
export interface RouteEntry {
  methods: Set<string>;
  access: RouteAccess;
}

/** Fills as routes are added after this call. */
export function collectRoutes(app: FastifyInstance): Map<string, RouteEntry> {
  const routes = new Map<string, RouteEntry>();
  app.addHook('onRoute', (route) => {
    const entry = routes.get(route.url) ?? {
      methods: new Set(),
      access: route.config?.access ?? 'superuser',
    };
    for (const method of [route.method].flat()) entry.methods.add(method.toUpperCase());
    routes.set(route.url, entry);
  });
  return routes;
}

/** A known address with another method is 405, after the same access check. */
export function refuseOtherMethods(app: FastifyInstance, routes: Map<string, RouteEntry>): void {
  for (const [url, entry] of [...routes]) {
    const allowed = [...entry.methods].sort();
    app.route({
      method: methods.filter(
        (method) => !entry.methods.has(method) && !(method === 'HEAD' && entry.methods.has('GET')),
      ),
      url,
      config: { access: entry.access === 'read' ? 'build' : entry.access },
      handler: async (request, reply) => {
        void reply.header('allow', allowed.join(', '));
        throw new HttpError(
          405,
          'invalid_argument',
          `${request.method} is not allowed here; use ${allowed.join(' or ')}.`,
        );
      },
    });
  }
}
