import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../deps.ts';
import { serveCreateRelease } from './create-release.ts';
import { serveDownload } from './download.ts';
import { serveFindRun } from './find-run.ts';
import { serveReportRun } from './report-run.ts';
import { serveRequestRun } from './request-run.ts';
import { serveRunsDone } from './runs-done.ts';
import { serveUpload } from './upload.ts';
import { serveAddTask } from './work-queue/add.ts';
import { serveFinishTask } from './work-queue/finish.ts';
import { serveHeartbeat } from './work-queue/heartbeat.ts';
import { serveLeaseTasks } from './work-queue/lease.ts';
import { serveReleaseTask } from './work-queue/release.ts';

/** The API of the original. */
export function serveOperations(app: FastifyInstance, context: HttpContext): void {
  serveCreateRelease(app, context);
  serveFindRun(app, context);
  serveRequestRun(app, context);
  serveUpload(app, context);
  serveReportRun(app, context);
  serveRunsDone(app, context);
  serveDownload(app, context);
  serveAddTask(app, context);
  serveLeaseTasks(app, context);
  serveHeartbeat(app, context);
  serveFinishTask(app, context);
  serveReleaseTask(app, context);
}
