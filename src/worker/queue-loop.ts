import { isPassing } from './endings.ts';
import { nextWait } from './patience.ts';
import { runTask } from './run-task.ts';
import type { Work, WorkerParts } from './work.ts';

export interface QueueLoop {
  queue: string;
  /** Tasks at a time. */
  slots: number;
  work: Work;
}

/**
 * Leases tasks of one queue as long as there is room for them, until `leasing` aborts; then waits for those at work.
 *
 * @param stopping aborted when tasks at work must be given back
 */
export async function runQueue(
  parts: WorkerParts,
  { queue, slots, work }: QueueLoop,
  leasing: AbortSignal,
  stopping: AbortSignal,
): Promise<void> {
  const { clock, logger, server, settings } = parts;
  const atWork = new Set<Promise<void>>();
  let wait = settings.retryMs;
  let isTroubled = false;

  async function leaseAndStart(): Promise<void> {
    const order = {
      queue,
      owner: settings.owner,
      count: slots - atWork.size,
      leaseMs: settings.leaseMs,
      waitMs: settings.waitMs,
    };
    const tasks = await server.lease(order, leasing);
    if (isTroubled) logger.info('the server is reachable again', { queue });
    isTroubled = false;
    wait = settings.retryMs;
    for (const task of tasks) {
      const running: Promise<void> = runTask(parts, task, work, stopping).finally(() =>
        atWork.delete(running),
      );
      atWork.add(running);
    }
  }

  while (!leasing.aborted) {
    try {
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
      await clock.sleep(wait * (0.75 + 0.5 * Math.random()), leasing).catch(() => undefined);
      wait = nextWait(wait, settings);
    }
  }
  await Promise.all(atWork);
}
