import { createRelease } from './original/create-release.ts';
import { download } from './original/download.ts';
import { findRun } from './original/find-run.ts';
import { reportRun } from './original/report-run.ts';
import { requestRun } from './original/request-run.ts';
import { runsDone } from './original/runs-done.ts';
import { upload } from './original/upload.ts';
import { addTask } from './original/work-queue/add.ts';
import { finishTask } from './original/work-queue/finish.ts';
import { heartbeat } from './original/work-queue/heartbeat.ts';
import { leaseTasks } from './original/work-queue/lease.ts';
import { releaseTask } from './original/work-queue/release.ts';
import * as administration from './v1/administration.ts';
import * as artifacts from './v1/artifacts.ts';
import * as baselines from './v1/baselines.ts';
import * as builds from './v1/builds.ts';
import * as ci from './v1/ci.ts';
import * as deletion from './v1/deletion.ts';
import * as events from './v1/events.ts';
import * as comments from './v1/comments.ts';
import * as forges from './v1/forges.ts';
import * as images from './v1/images.ts';
import * as people from './v1/people.ts';
import * as queues from './v1/queues.ts';
import * as releases from './v1/releases.ts';
import * as reviewRequests from './v1/review-requests.ts';
import * as runChanges from './v1/run-changes.ts';
import * as runs from './v1/runs.ts';
import * as secrets from './v1/secrets.ts';
import * as session from './v1/session.ts';
import * as signIn from './v1/sign-in.ts';
import * as status from './v1/status.ts';
import * as takenOver from './v1/taken-over.ts';
import { addresses, type OperationName } from './addresses.ts';
import type { Operation } from './operation.ts';

const shapes = {
  createRelease,
  download,
  findRun,
  reportRun,
  requestRun,
  runsDone,
  upload,
  addTask,
  finishTask,
  heartbeat,
  leaseTasks,
  releaseTask,
  ...administration,
  ...artifacts,
  ...baselines,
  ...builds,
  ...ci,
  ...deletion,
  ...events,
  ...comments,
  ...forges,
  ...images,
  ...people,
  ...queues,
  ...releases,
  ...reviewRequests,
  ...runChanges,
  ...runs,
  ...secrets,
  ...session,
  ...signIn,
  ...status,
  ...takenOver,
};

type Operations = Pick<typeof shapes, OperationName>;

/** Every operation of the HTTP API, in the order of the table of addresses. */
export const operations = Object.fromEntries(
  (Object.keys(addresses) as OperationName[]).map((name) => [name, shapes[name]]),
) as Operations;

/** The operations as descriptions of the API show them. */
export const operationGroups: readonly {
  title: 'Releases and runs' | 'Work queue' | 'Resources';
  operations: readonly Operation[];
}[] = [
  { title: 'Releases and runs', operations: all(({ path }) => !isResource(path) && !isOfWorkQueue(path)) },
  { title: 'Work queue', operations: all(({ path }) => isOfWorkQueue(path)) },
  { title: 'Resources', operations: all(({ path }) => isResource(path)) },
];

function all(belongs: (operation: Operation) => boolean): Operation[] {
  return Object.values<Operation>(operations).filter(belongs);
}

/** Operations for workers. */
function isOfWorkQueue(path: string): boolean {
  return path.startsWith('/api/work_queue/');
}

function isResource(path: string): boolean {
  return path.startsWith('/api/v1/');
}
