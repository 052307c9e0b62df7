import { captureQueue, comparisonQueue } from '../domain/tasks/tasks.ts';
import { captureTask } from './capture-task.ts';
import { comparisonTask } from './comparison-task.ts';
import { WorkerStops } from './endings.ts';
import { runQueue } from './queue-loop.ts';
import type { WorkerParts } from './work.ts';

export interface Worker {
  /**
   * Takes no new tasks, lets those at work end for a while, and gives the rest back. Resolves when none is left;
   * a second call waits for the same.
   */
  stop(): Promise<void>;
}

/** Starts to work on captures and comparisons. What it is given is closed by whoever made it, after `stop`. */
export function startWorker(parts: WorkerParts): Worker {
  const { captures, diffs, stopGraceMs } = parts.settings;
  const leasing = new AbortController();
  const stopping = new AbortController();
  const queues = [
    { queue: captureQueue, slots: captures, work: captureTask },
    { queue: comparisonQueue, slots: diffs, work: comparisonTask },
  ];
  const ended = Promise.all(
    queues
      .filter(({ slots }) => slots > 0)
      .map((queue) => runQueue(parts, queue, leasing.signal, stopping.signal)),
  );
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

  return { stop: () => (stopped ??= stop()) };
}
