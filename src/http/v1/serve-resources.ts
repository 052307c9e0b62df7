import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../deps.ts';
import { serveArtifacts } from './artifacts.ts';
import { serveAdministration } from './administration.ts';
import { serveBuilds } from './builds.ts';
import { serveChanges } from './changes.ts';
import { serveDeletion } from './deletion.ts';
import { serveForges } from './forges.ts';
import { serveImages } from './images.ts';
import { serveQueues } from './queues.ts';
import { serveComments } from './comments.ts';
import { serveReleases } from './releases.ts';
import { serveStatus } from './status.ts';
import { serveTakenOver } from './taken-over.ts';
import { serveBaselines } from './baselines.ts';
import { serveReviewRequests } from './review-requests.ts';
import { serveRunChanges } from './run-changes.ts';
import { serveRuns } from './runs.ts';
import { serveLogins } from './sign-in.ts';
import { servePeople } from './people.ts';
import { serveSession } from './session.ts';

/** The resource API for the web UI and for scripts. */
export function serveResources(app: FastifyInstance, context: HttpContext): void {
  serveArtifacts(app, context);
  serveSession(app, context);
  serveLogins(app, context);
  servePeople(app, context);
  serveBuilds(app, context);
  serveReleases(app, context);
  serveDeletion(app, context);
  serveStatus(app, context);
  serveTakenOver(app, context);
  serveRuns(app, context);
  serveComments(app, context);
  serveReviewRequests(app, context);
  serveRunChanges(app, context);
  serveBaselines(app, context);
  serveChanges(app, context);
  serveImages(app, context);
  serveAdministration(app, context);
  serveForges(app, context);
  serveQueues(app, context);
}
