import { AppError } from '../../base/errors.ts';
import type { ForgeConnection } from '../../domain/forges/connection.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Transaction } from '../../ports/store.ts';
import { findBuildToManage } from '../builds/find-build.ts';

export interface ConnectionKey {
  buildId: number;
  connectionId: number;
}

/** @throws AppError `not_found` | `role_required` */
export async function findConnection(
  tx: Transaction,
  principal: Principal,
  { buildId, connectionId }: ConnectionKey,
): Promise<ForgeConnection> {
  await findBuildToManage(tx, principal, buildId);
  const connection = await tx.forgeConnections.find(connectionId);
  if (connection?.buildId === buildId) return connection;
  throw new AppError('not_found', `Build ${buildId} has no connection ${connectionId}.`, {
    details: { parameter: 'connection_id' },
  });
}
