import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../deps.ts';
import { serveBuilds } from './builds.ts';
import { serveChanges } from './changes.ts';
import { serveQueues } from './queues.ts';
import { serveReleases } from './releases.ts';
import { serveRuns } from './runs.ts';

/** The resource API for the web UI and for scripts. */
export function serveResources(app: FastifyInstance, context: HttpContext): void {
  serveBuilds(app, context);
  serveReleases(app, context);
  serveRuns(app, context);
  serveChanges(app, context);
  serveQueues(app, context);
}
