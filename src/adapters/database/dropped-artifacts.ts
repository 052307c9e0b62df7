import { sql } from 'kysely';
import type { Connection } from './connection.ts';
import { insertMany, isOneOf } from './sets.ts';

/**
 * Deletes those of the artifacts that no build owns any longer, and records that their files may go.
 *
 * @returns how many, and their bytes
 */
export async function dropWithoutOwner(
  connection: Connection,
  digests: readonly string[],
  now: number,
): Promise<{ artifacts: number; bytes: number }> {
  if (digests.length === 0) return { artifacts: 0, bytes: 0 };
  const gone = await connection.db
    .deleteFrom('artifacts')
    .where(isOneOf(connection, 'sha1', [...new Set(digests)]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('artifact_ownerships as owned')
            .select('owned.build_id')
            .whereRef('owned.sha1', '=', 'artifacts.sha1'),
        ),
      ),
    )
    .returning(['sha1', 'size', sql<number>`case when content is null then 1 else 0 end`.as('is_file')])
    .execute();
  const files = gone.filter((row) => Number(row.is_file) === 1);
  await insertMany(
    connection,
    'dropped_artifacts',
    files.map(({ sha1 }) => ({ sha1, dropped_at: now })),
  );
  return { artifacts: gone.length, bytes: gone.reduce((sum, { size }) => sum + size, 0) };
}
