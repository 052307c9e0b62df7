import { AppError } from '../base/errors.ts';
import type { EndOfWork } from './end-of-work.ts';
import { isPassing } from './endings.ts';
import { nextWait } from './patience.ts';
import { runTask } from './run-task.ts';
import type { Work, WorkerParts } from './work.ts';

export interface QueueLoop {
  queue: string;
  /** Concurrent tasks. */
  slots: number;
  work: Work;
}

/**
 * Leases tasks of one queue while slots are free, until `leasing` aborts or the work ends; then waits for the tasks in
 * progress.
 *
 * @param stopping aborted when tasks in progress must be given back
 */
export async function runQueue(
  parts: WorkerParts,
  { queue, slots, work }: QueueLoop,
  endOfWork: EndOfWork,
  leasing: AbortSignal,
  stopping: AbortSignal,
): Promise<void> {
  const { clock, logger, server, settings } = parts;
  const atWork = new Set<Promise<void>>();
  let wait = settings.retryMs;
  let isTroubled = false;
  let lacksBrowser = false;

  async function leaseAndStart(): Promise<void> {
    const order = {
      queue,
      owner: settings.owner,
      count: slots - atWork.size,
      leaseMs: settings.leaseMs,
      labels: settings.labels,
      onlyLabeled: settings.onlyLabeled,
      waitMs: endOfWork.waitMs(queue, settings.waitMs),
    };
    const askedAt = clock.monotonicMs();
    const tasks = await server.lease(order, leasing);
    if (isTroubled) logger.info('the server is reachable again', { queue });
    isTroubled = false;
    wait = settings.retryMs;
    if (tasks.length === 0) endOfWork.isEmpty(queue, askedAt);
    for (const task of tasks) {
      endOfWork.taskBegins();
      const running: Promise<void> = runTask(parts, task, work, stopping).then((problem) => {
        lacksBrowser ||= isBrowserMissing(problem);
        endOfWork.taskEnds();
        atWork.delete(running);
      });
      atWork.add(running);
    }
  }

  while (!leasing.aborted && endOfWork.reason === null) {
    try {
      if (lacksBrowser && settings.maxIdleMs === null) await untilBrowser(parts, leasing);
      lacksBrowser = false;
      if (atWork.size < slots) await leaseAndStart();
      else await Promise.race(atWork);
    } catch (error) {
      if (leasing.aborted) break;
      if (!isTroubled) {
        const words = error instanceof Error ? error.message : String(error);
        const fields = { queue, problem: words };
        if (isPassing(error)) logger.warn('the server is unreachable; retrying', fields);
        else logger.error('tasks cannot be leased; retrying', fields);
      }
      isTroubled = true;
      endOfWork.unanswered();
      await clock.sleep(wait * (0.75 + 0.5 * Math.random()), leasing).catch(() => undefined);
      wait = nextWait(wait, settings);
    }
  }
  await Promise.all(atWork);
}

function isBrowserMissing(problem: unknown): boolean {
  return problem instanceof AppError && problem.code === 'browser_missing';
}

/** Without a browser, each task that is leased only loses an attempt. @throws the signal's reason */
async function untilBrowser(
  { capturer, clock, logger, settings }: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = settings.retryMs; ; wait = nextWait(wait, settings)) {
    const problem: unknown = await capturer.start?.().catch((error: unknown) => error);
    const hasWaited = wait > settings.retryMs;
    if (!isBrowserMissing(problem)) {
      if (hasWaited) logger.info('there is a browser again; captures continue');
      return;
    }
    if (!hasWaited) {
      logger.warn('captures wait for a browser', { problem: (problem as AppError).message });
    }
    await clock.sleep(wait, signal);
  }
}
