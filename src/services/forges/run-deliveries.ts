import type { Forges } from '../../ports/forges.ts';
import type { Deps } from '../deps.ts';
import { runSender } from '../run-sender.ts';
import { deliver, takeDeliveries } from './deliver.ts';
import { deliverySignal } from './note-deliveries.ts';

/** Sends what is due until stopped; woken by every change of a release. */
export function runDeliveries(deps: Deps, forges: Forges, stopping: AbortSignal): Promise<void> {
  return runSender(
    deps,
    {
      signal: deliverySignal,
      take: (limit) => takeDeliveries(deps, limit),
      send: (delivery) => deliver(deps, forges, delivery),
      problem: 'Deliveries to forges could not be read; retrying.',
    },
    stopping,
  );
}
