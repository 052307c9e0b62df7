import { deliveryTargets } from '../../domain/forges/delivery-target.ts';
import type { ForgeConnection } from '../../domain/forges/connection.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Wakes the server's sender; no name of a task queue begins like that. */
export const deliverySignal = ' deliveries';

/** Lets the places of a release in each forge speak about it: it is the newest attempt there. */
export async function pointDeliveries(
  deps: Pick<Deps, 'clock' | 'notifier'>,
  tx: Transaction,
  connections: readonly ForgeConnection[],
  release: Release,
): Promise<void> {
  const now = deps.clock.now();
  for (const connection of connections) {
    for (const { kind, target } of deliveryTargets(connection, release)) {
      await tx.deliveries.point(
        { connectionId: connection.id, buildId: release.buildId, releaseId: release.id, kind, target },
        now,
      );
    }
  }
  wakeSender(deps, tx);
}

/** Notes in the transaction of a change that forges may have to be told. */
export async function bumpDeliveries(
  deps: Pick<Deps, 'clock' | 'notifier'>,
  tx: Transaction,
  releases: readonly Pick<Release, 'id' | 'tellsForges'>[],
): Promise<void> {
  const ids = releases.filter(({ tellsForges }) => tellsForges).map(({ id }) => id);
  if (ids.length === 0) return;
  await tx.deliveries.bump(ids, deps.clock.now());
  wakeSender(deps, tx);
}

export function wakeSender({ notifier }: Pick<Deps, 'notifier'>, tx: Transaction): void {
  tx.afterCommit(() => void notifier.notify(deliverySignal, 1));
}
