import { downloads, uploads } from './artifacts.ts';
import { reads, writes } from './calls.ts';
import { bulk } from './bulk.ts';
import { crowded, manyReleases } from './crowd.ts';
import { buildGrowth, releaseGrowth } from './growth.ts';
import { overloaded } from './overload.ts';
import type { Part } from './part.ts';
import { bigStart, idle } from './processes.ts';
import { leases, waiting } from './queue.ts';
import { turns } from './turns.ts';
import { capturedRelease, parallelJobs, releasePage, uploadedRelease } from './releases.ts';

/** In the order in which they run. */
export const parts: readonly Part[] = [
  reads,
  writes,
  crowded,
  manyReleases,
  leases,
  waiting,
  turns,
  uploads,
  downloads,
  uploadedRelease,
  capturedRelease,
  releasePage,
  parallelJobs,
  bigStart,
  idle,
  overloaded,
  bulk,
  buildGrowth,
  releaseGrowth,
];
