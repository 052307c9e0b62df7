import type { BaselineRepository } from '../../ports/store/baselines.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { insertMany, isOneOf } from './sets.ts';

type BaselineChanges = Pick<
  BaselineRepository,
  'formerNames' | 'missingCounts' | 'missingOf' | 'noteMissing' | 'judgeMissing' | 'awaitedUntil'
>;

/** Missing pages, and runs that have waited long enough. */
export function baselineChanges(connection: Connection): BaselineChanges {
  const { db } = connection;
  return {
    async formerNames(releaseId) {
      const rows = await db
        .selectFrom('runs')
        .select('previous_names')
        .where('release_id', '=', releaseId)
        .where('previous_names', 'is not', null)
        .execute();
      return rows.flatMap((row) => JSON.parse(row.previous_names!) as string[]);
    },
    async missingCounts(releaseIds) {
      if (releaseIds.length === 0) return new Map();
      const rows = await db
        .selectFrom('missing_runs')
        .select((eb) => ['release_id', eb.fn.countAll<number>().as('count')])
        .where(isOneOf(connection, 'release_id', releaseIds))
        .where('verdict', '<>', literal('confirmed'))
        .groupBy('release_id')
        .execute();
      return new Map(rows.map(({ release_id, count }) => [release_id, count]));
    },
    async missingOf(releaseId) {
      const rows = await db
        .selectFrom('missing_runs as missing')
        .leftJoin('runs', 'runs.id', 'missing.baseline_run_id')
        .selectAll('missing')
        .select('runs.release_id as baseline_release_id')
        .where('missing.release_id', '=', releaseId)
        .orderBy('missing.name')
        .execute();
      return rows.map((row) => ({
        name: row.name,
        baselineRunId: row.baseline_run_id,
        baselineReleaseId: row.baseline_release_id,
        verdict: row.verdict,
        verdictBy: row.verdict_by,
        verdictAt: row.verdict_at,
      }));
    },
    async noteMissing(releaseId, names, expectedFrom) {
      const before = await db
        .selectFrom('missing_runs')
        .select('name')
        .where('release_id', '=', releaseId)
        .execute();
      const gone = before.map(({ name }) => name).filter((name) => !names.includes(name));
      if (gone.length > 0) {
        await db
          .deleteFrom('missing_runs')
          .where('release_id', '=', releaseId)
          .where(isOneOf(connection, 'name', gone))
          .execute();
      }
      if (names.length === 0) return;
      const screenshots = await lastScreenshots(names, expectedFrom);
      const rows = names.map((name) => ({
        release_id: releaseId,
        name,
        baseline_run_id: screenshots.get(name) ?? null,
        verdict: 'undecided',
        verdict_by: null,
        verdict_at: null,
      }));
      await insertMany(connection, 'missing_runs', rows);
    },
    async judgeMissing(releaseId, { name, verdict, verdictBy, verdictAt }) {
      const result = await db
        .updateTable('missing_runs')
        .set({ verdict, verdict_by: verdictBy, verdict_at: verdictAt })
        .where('release_id', '=', releaseId)
        .where('name', '=', name)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async awaitedUntil(now, afterRunId, limit) {
      return db
        .selectFrom('runs')
        .select(['release_id as releaseId', 'id as runId'])
        .where('awaited_release_id', 'is not', null)
        .where('awaited_until', '<=', now)
        .where('id', '>', afterRunId)
        .orderBy('id')
        .limit(limit)
        .execute();
    },
  };

  /** For each name, its run in the first of the releases that has the name, even as a missing page. */
  async function lastScreenshots(
    names: readonly string[],
    releaseIds: readonly number[],
  ): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const releaseId of releaseIds) {
      const runs = await db
        .selectFrom('runs')
        .select(['name', 'id'])
        .where('release_id', '=', releaseId)
        .where(isOneOf(connection, 'name', names))
        .execute();
      const missing = await db
        .selectFrom('missing_runs')
        .select(['name', 'baseline_run_id as id'])
        .where('release_id', '=', releaseId)
        .where(isOneOf(connection, 'name', names))
        .execute();
      for (const { name, id } of [...runs, ...missing]) {
        if (id !== null && !found.has(name)) found.set(name, id);
      }
    }
    return found;
  }
}
