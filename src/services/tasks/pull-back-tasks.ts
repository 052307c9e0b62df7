import { maxLeaseMs } from '../../domain/tasks/tasks.ts';
import type { Deps } from '../deps.ts';

/**
 * Call at start: if the machine's clock was set back while no server was running, tasks due in the future would
 * otherwise wait until then. @returns how many tasks were changed
 */
export async function pullBackTasks({ store, clock, logger }: Deps): Promise<number> {
  const count = await store.transaction((tx) => tx.tasks.pullBack(clock.now(), maxLeaseMs));
  if (count > 0) logger.warn('The clock was set back; delayed tasks were rescheduled.', { count });
  return count;
}
