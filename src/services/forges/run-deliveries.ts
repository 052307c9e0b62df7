import type { Forges } from '../../ports/forges.ts';
import type { Deps } from '../deps.ts';
import { deliver, takeDeliveries } from './deliver.ts';
import { deliverySignal } from './note-deliveries.ts';

/** Deliveries that this server sends at a time. */
const maxAtOnce = 12;
/** Other servers may have noted something, and failed deliveries become due again. */
const pollMs = 2_000;

/** Sends what is due until stopped; woken by every change of a release. */
export async function runDeliveries(deps: Deps, forges: Forges, stopping: AbortSignal): Promise<void> {
  const working = new Set<Promise<void>>();
  while (!stopping.aborted) {
    const turn = new AbortController();
    // Before the look, so that a change that comes meanwhile is not missed.
    const noted = deps.notifier.wait(deliverySignal, pollMs, AbortSignal.any([stopping, turn.signal]));
    const taken = await takeDeliveries(deps, maxAtOnce - working.size).catch((error: unknown) => {
      deps.logger.warn('Deliveries to forges could not be read; retrying.', { problem: String(error) });
      return [];
    });
    for (const delivery of taken) {
      const work = deliver(deps, forges, delivery).finally(() => working.delete(work));
      working.add(work);
    }
    if (taken.length === 0 || working.size >= maxAtOnce) await Promise.race([noted, ...working]);
    turn.abort();
    await noted;
  }
  await Promise.all(working);
}
