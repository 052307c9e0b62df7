/** Entry of the thread that inflates beside a comparison thread. */
import { workerData } from 'node:worker_threads';
import { serveSecondThread } from '../../image/kernel/second-thread.ts';
import type { SecondThreadData } from '../../image/kernel/second-thread.ts';

serveSecondThread(workerData as SecondThreadData);
