import {
  createSuperuserKey,
  fsck,
  listSuperuserKeys,
  makeSuperuser,
  revokeAnyKey,
} from './administration.ts';
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
import {
  acceptInvitation,
  describeAccount,
  endSession,
  forgotPassword,
  lookAtInvitation,
  resetPassword,
  setUp,
  signIn,
  signOut,
  startProvider,
} from './logins.ts';
import {
  changeMember,
  changePerson,
  inviteMember,
  listMembers,
  listPeople,
  removeMember,
  revokeInvitation,
} from './people.ts';
import { pictureOverview, pictureStrip, runThumbnail } from './pictures.ts';
import { deleteTask, listQueues, listTasks, retryTask } from './queues.ts';
import { listReleases, reviewRelease } from './releases.ts';
import { listRuns, retryRuns, reviewRun, reviewRuns, runDetail, watchRelease } from './runs.ts';
import { describeSession } from './session.ts';

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
  retryRuns,
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
  retryTask,
  deleteTask,
  describeSession,
  signIn,
  startProvider,
  signOut,
  setUp,
  forgotPassword,
  resetPassword,
  lookAtInvitation,
  acceptInvitation,
  describeAccount,
  endSession,
  listMembers,
  inviteMember,
  changeMember,
  removeMember,
  revokeInvitation,
  listPeople,
  changePerson,
  listSuperuserKeys,
  createSuperuserKey,
  revokeAnyKey,
  makeSuperuser,
  fsck,
} as const;
