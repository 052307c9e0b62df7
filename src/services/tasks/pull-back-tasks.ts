import { maxLeaseMs } from '../../domain/tasks/tasks.ts';
import type { Deps } from '../deps.ts';

/**
 * Call at start: the machine's clock may have been set back while no server was running, and future tasks would
 * otherwise wait until then. @returns how many tasks were changed
 */
export async function pullBackTasks({ store, clock, logger }: Deps): Promise<number> {
  const count = await store.transaction((tx) => tx.tasks.pullBack(clock.now(), maxLeaseMs));
  if (count > 0) logger.warn('The clock was set back; delayed tasks were rescheduled.', { count });
  return count;
}
