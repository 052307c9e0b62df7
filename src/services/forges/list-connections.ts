import type { ForgeConnection } from '../../domain/forges/connection.ts';
import type { Delivery, DeliveryState } from '../../domain/forges/connection.ts';
import type { Release } from '../../domain/releases/release.ts';
import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Deps } from '../deps.ts';
import { checkPage } from '../check-result-page.ts';
import { findBuildToManage } from '../builds/find-build.ts';

export interface ListedConnection {
  connection: ForgeConnection;
  /** Deliveries that are not tried again, and the reason of one of them. */
  failed: number;
  lastError: string | null;
}

/** Of a build, oldest first. The token is never among them. */
export async function listConnections(
  deps: Deps,
  principal: Principal,
  { buildId }: { buildId: number },
): Promise<ListedConnection[]> {
  return deps.store.read(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    const connections = await tx.forgeConnections.ofBuild(buildId);
    const failed = await tx.deliveries.failedOf(buildId);
    return connections.map((connection) => {
      const { count = 0, lastError = null } = failed.get(connection.id) ?? {};
      return { connection, failed: count, lastError };
    });
  });
}

export interface ListDeliveriesInput {
  /** Undefined: of all builds, for superusers. */
  buildId?: number | undefined;
  state?: DeliveryState | undefined;
  limit?: number;
  offset?: number;
}

export interface ListedDelivery {
  delivery: Delivery;
  connection: ForgeConnection | null;
  /** Null: it was deleted. */
  release: Release | null;
}

/** What forges were told and have to be told, last changed first. */
export async function listDeliveries(
  deps: Deps,
  principal: Principal,
  { buildId, state, ...asked }: ListDeliveriesInput,
): Promise<ListedDelivery[]> {
  const page = checkPage(asked);
  return deps.store.read(async (tx) => {
    if (buildId === undefined) requireSuperuser(principal, 'list the deliveries of all builds');
    else await findBuildToManage(tx, principal, buildId);
    const filter = { ...(buildId !== undefined && { buildId }), ...(state !== undefined && { state }) };
    const deliveries = await tx.deliveries.list(filter, page);
    const releases = await tx.releases.findMany([...new Set(deliveries.map(({ releaseId }) => releaseId))]);
    const connections = new Map<number, ForgeConnection | null>();
    for (const { connectionId } of deliveries) {
      if (!connections.has(connectionId)) {
        connections.set(connectionId, await tx.forgeConnections.find(connectionId));
      }
    }
    return deliveries.map((delivery) => ({
      delivery,
      connection: connections.get(delivery.connectionId) ?? null,
      release: releases.find(({ id }) => id === delivery.releaseId) ?? null,
    }));
  });
}
