import { captureQueue, comparisonQueue } from '../domain/tasks/tasks.ts';
import { captureTask } from './capture-task.ts';
import { comparisonTask } from './comparison-task.ts';
import { EndOfWork } from './end-of-work.ts';
import { WorkerStops } from './endings.ts';
import { runQueue } from './queue-loop.ts';
import type { WorkerParts } from './work.ts';

export interface Worker {
  /** Resolves when it has ended by itself, or was stopped. */
  ended: Promise<'idle' | 'unreachable' | 'stopped'>;
  /**
   * Leases no new tasks, gives those in progress some time to finish, and gives the rest back. Resolves when none is left;
   * further calls wait for the same end.
   */
  stop(): Promise<void>;
}

/** Starts to work on captures and comparisons. The caller closes the given parts after `stop`. */
export function startWorker(parts: WorkerParts): Worker {
  const { captures, diffs, maxIdleMs, stopGraceMs } = parts.settings;
  const leasing = new AbortController();
  const stopping = new AbortController();
  const queues = [
    { queue: captureQueue, slots: captures, work: captureTask },
    { queue: comparisonQueue, slots: diffs, work: comparisonTask },
  ].filter(({ slots }) => slots > 0);
  const endOfWork = new EndOfWork(
    parts.clock,
    maxIdleMs,
    queues.map(({ queue }) => queue),
  );
  const ended = Promise.all(
    queues.map((queue) => runQueue(parts, queue, endOfWork, leasing.signal, stopping.signal)),
  ).then(() => endOfWork.reason ?? 'stopped');
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    leasing.abort(new WorkerStops());
    const grace = new AbortController();
    void parts.clock
      .sleep(stopGraceMs, grace.signal)
      .then(() => stopping.abort(new WorkerStops()))
      .catch(() => undefined);
    await ended;
    grace.abort();
  }

  return { ended, stop: () => (stopped ??= stop()) };
}
