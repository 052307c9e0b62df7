import type { Clock } from '../ports/clock.ts';
import { isPassing } from './endings.ts';
import type { WorkerSettings } from './settings.ts';

/**
 * Repeats a request while the server does not answer, with increasing delays, until the signal aborts. Only for
 * idempotent requests.
 *
 * @throws the first failure that waiting cannot fix, or the signal's reason
 */
export async function untilAnswered<T>(
  parts: { clock: Clock; settings: Pick<WorkerSettings, 'retryMs' | 'maxRetryMs'> },
  signal: AbortSignal,
  request: () => Promise<T>,
): Promise<T> {
  for (let wait = parts.settings.retryMs; ; wait = nextWait(wait, parts.settings)) {
    signal.throwIfAborted();
    try {
      return await request();
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw error;
    }
    await parts.clock.sleep(wait, signal);
  }
}

export function nextWait(wait: number, { maxRetryMs }: Pick<WorkerSettings, 'maxRetryMs'>): number {
  return Math.min(maxRetryMs, wait * 2);
}
