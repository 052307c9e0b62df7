import { createRelease } from './create-release.ts';
import { download } from './download.ts';
import { findRun } from './find-run.ts';
import { reportRun } from './report-run.ts';
import { requestRun } from './request-run.ts';
import { runsDone } from './runs-done.ts';
import { upload } from './upload.ts';
import { addTask } from './work-queue/add.ts';
import { finishTask } from './work-queue/finish.ts';
import { heartbeat } from './work-queue/heartbeat.ts';
import { leaseTasks } from './work-queue/lease.ts';
import { releaseTask } from './work-queue/release.ts';

/** Every operation of the original's API, and the three fields and one endpoint that are ours. */
export const operations = {
  createRelease,
  findRun,
  requestRun,
  upload,
  reportRun,
  runsDone,
  download,
  addTask,
  leaseTasks,
  heartbeat,
  finishTask,
  releaseTask,
} as const;
