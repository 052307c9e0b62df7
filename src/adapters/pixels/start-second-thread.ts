import { Worker } from 'node:worker_threads';
import type { SecondThreadData } from '../../image/kernel/second-thread.ts';

const entry = new URL(
  import.meta.url.endsWith('.ts') ? './second-thread.ts' : './second-thread.js',
  import.meta.url,
);

/** Starts a thread that inflates beside this one. It keeps no process alive; if it fails, this one does everything. */
export function startSecondThread(data: SecondThreadData): void {
  const worker = new Worker(entry, { workerData: data, execArgv: [] });
  worker.unref();
  worker.on('error', () => undefined);
}
