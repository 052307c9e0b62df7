import { maxLeaseMs } from '../../domain/tasks/tasks.ts';
import type { Deps } from '../deps.ts';

/**
 * To be called at start: the machine's clock may have been set back while no server ran, and tasks of "later" would
 * wait until that time comes again. @returns how many there were
 */
export async function pullBackTasks({ store, clock, logger }: Deps): Promise<number> {
  const count = await store.transaction((tx) => tx.tasks.pullBack(clock.now(), maxLeaseMs));
  if (count > 0)
    logger.warn('The clock was set back: tasks that would have waited for it are due.', { count });
  return count;
}
