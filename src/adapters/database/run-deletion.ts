import { unusedKeptMs } from '../../domain/artifacts/unused-artifacts.ts';
import type { Connection } from './connection.ts';
import { inBatches, isOneOf } from './sets.ts';

/**
 * Deletes runs with their uses of artifacts, which are then checked when they have been without use for long enough. Rows
 * that refer to the runs stay.
 */
export async function deleteRuns(
  connection: Connection,
  releaseId: number,
  runIds: readonly number[],
  now: number,
): Promise<void> {
  const { db } = connection;
  await inBatches(connection, runIds, async (batch) => {
    const uses = await db
      .selectFrom('artifact_uses')
      .select(['build_id', 'sha1'])
      .where(isOneOf(connection, 'run_id', batch))
      .execute();
    for (const [buildId, rows] of Map.groupBy(uses, ({ build_id }) => build_id)) {
      const digests = [...new Set(rows.map(({ sha1 }) => sha1))];
      await db
        .updateTable('artifact_ownerships')
        .set({ check_at: now + unusedKeptMs })
        .where('build_id', '=', buildId)
        .where(isOneOf(connection, 'sha1', digests))
        .where('check_at', 'is', null)
        .execute();
    }
    await db
      .deleteFrom('artifact_uses')
      .where(isOneOf(connection, 'run_id', batch))
      .execute();
    await db
      .deleteFrom('run_changes')
      .where(isOneOf(connection, 'run_id', batch))
      .execute();
    await db
      .deleteFrom('change_decisions')
      .where('run_id', 'is not', null)
      .where(isOneOf(connection, 'run_id', batch))
      .execute();
    await db
      .deleteFrom('runs')
      .where('release_id', '=', releaseId)
      .where(isOneOf(connection, 'id', batch))
      .execute();
  });
}
