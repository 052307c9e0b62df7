import { longPoll } from './long-poll.ts';
import { overload } from './overload.ts';
import { queueCycle } from './queue-cycle.ts';
import { parallelReleases, uploadRelease } from './releases.ts';
import { repeat } from './repeat.ts';
import { upload, uploadFiles } from './upload.ts';

/** The loads of the generator. */
export const loads = {
  repeat,
  queueCycle,
  longPoll,
  upload,
  uploadFiles,
  parallelReleases,
  uploadRelease,
  overload,
};

export type LoadName = keyof typeof loads;
