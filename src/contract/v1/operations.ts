import { findArtifacts } from './artifacts.ts';
import {
  createBuild,
  createKey,
  listActivity,
  listBuilds,
  listKeys,
  revokeKey,
  updateBuild,
} from './builds.ts';
import { pictureOverview, pictureStrip, runThumbnail } from './pictures.ts';
import { listQueues, listTasks } from './queues.ts';
import { listReleases, reviewRelease } from './releases.ts';
import { listRuns, reviewRun, reviewRuns, runDetail, watchRelease } from './runs.ts';

/** Every operation of the resource API. */
export const resourceOperations = {
  listBuilds,
  createBuild,
  updateBuild,
  listReleases,
  reviewRelease,
  listRuns,
  runDetail,
  reviewRun,
  reviewRuns,
  watchRelease,
  runThumbnail,
  pictureOverview,
  pictureStrip,
  findArtifacts,
  listActivity,
  listKeys,
  createKey,
  revokeKey,
  listQueues,
  listTasks,
} as const;
