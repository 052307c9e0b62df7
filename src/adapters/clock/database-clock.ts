import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { steadyClock } from './steady-clock.ts';

/** How often the two clocks are compared. */
const compareMs = 30_000;

/**
 * The time of a database that several servers share: this machine's monotonic clock, set by the database's clock at
 * intervals, so that leases end at the same time for all of them. All servers correct a jump of the database's clock
 * slowly and alike, as `steadyClock` does.
 */
export async function databaseClock(
  database: { now(): Promise<number> },
  machine: Clock,
  logger: Logger,
): Promise<{ clock: Clock; stop: () => void }> {
  let offset = 0;

  async function compare(): Promise<void> {
    const before = machine.monotonicMs();
    const time = await database.now();
    const after = machine.monotonicMs();
    offset = time - (before + after) / 2;
  }

  await compare();
  const timer = setInterval(() => {
    compare().catch((error: unknown) =>
      logger.warn('The time of the database could not be read.', {
        problem: error instanceof Error ? error.message : String(error),
      }),
    );
  }, compareMs);
  timer.unref();
  return {
    clock: steadyClock({ ...machine, now: () => machine.monotonicMs() + offset }),
    stop: () => clearInterval(timer),
  };
}
