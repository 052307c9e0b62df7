import type { BaselineRepository } from '../../ports/store/baselines.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { insertMany, isOneOf, updateMany } from './sets.ts';

type BaselineChanges = Pick<
  BaselineRepository,
  | 'renameCandidates'
  | 'noteRenames'
  | 'formerNames'
  | 'missingCounts'
  | 'missingOf'
  | 'judgedMissing'
  | 'noteMissing'
  | 'judgeMissing'
  | 'awaitedUntil'
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
        .select((eb) => [
          'release_id',
          eb.fn.countAll<number>().as('missing'),
          eb.fn.count<number>('renamed_run_id').as('renamed'),
        ])
        .where(isOneOf(connection, 'release_id', releaseIds))
        .where('verdict', '<>', literal('confirmed'))
        .groupBy('release_id')
        .execute();
      return new Map(rows.map(({ release_id, ...counts }) => [release_id, counts]));
    },
    async missingOf(releaseId) {
      const rows = await db
        .selectFrom('missing_runs as missing')
        .leftJoin('runs', 'runs.id', 'missing.baseline_run_id')
        .selectAll('missing')
        .leftJoin('runs as renamed', 'renamed.id', 'missing.renamed_run_id')
        .select(['runs.release_id as baseline_release_id', 'renamed.name as renamed_name'])
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
        renamed:
          row.renamed_run_id === null
            ? null
            : { runId: row.renamed_run_id, name: row.renamed_name ?? row.name },
      }));
    },
    async judgedMissing(releaseIds, names) {
      if (releaseIds.length === 0 || names.length === 0) return [];
      const rows = await db
        .selectFrom('missing_runs')
        .select(['release_id', 'name', 'verdict', 'verdict_by', 'verdict_at'])
        .where(isOneOf(connection, 'release_id', releaseIds))
        .where(isOneOf(connection, 'name', names))
        .where('renamed_run_id', 'is', null)
        .execute();
      return rows.flatMap((row) =>
        row.verdict === 'undecided'
          ? []
          : [
              {
                releaseId: row.release_id,
                name: row.name,
                verdict: row.verdict,
                verdictBy: row.verdict_by,
                verdictAt: row.verdict_at,
              },
            ],
      );
    },
    async noteMissing(releaseId, names, expectedFrom) {
      const before = await db
        .selectFrom('missing_runs')
        .select('name')
        .where('release_id', '=', releaseId)
        .execute();
      const kept = new Set(names);
      const gone = before.map(({ name }) => name).filter((name) => !kept.has(name));
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
        renamed_run_id: null,
      }));
      await insertMany(connection, 'missing_runs', rows);
    },
    async judgeMissing(releaseId, verdicts) {
      const rows = verdicts.map(({ name, verdict, verdictBy, verdictAt }) => ({
        release_id: releaseId,
        name,
        verdict,
        verdict_by: verdictBy,
        verdict_at: verdictAt,
      }));
      await updateMany(connection, 'missing_runs', ['release_id', 'name'], rows);
    },
    async renameCandidates(releaseId) {
      const missing = await db
        .selectFrom('missing_runs as missing')
        .innerJoin('runs', 'runs.id', 'missing.baseline_run_id')
        .select(['missing.name', 'runs.image', 'runs.pixels_sha256 as pixelsSha256'])
        .where('missing.release_id', '=', releaseId)
        .execute();
      const added = await db
        .selectFrom('runs')
        .select(['id as runId', 'name', 'image', 'pixels_sha256 as pixelsSha256'])
        .where('release_id', '=', releaseId)
        .where('status', '=', literal('no_diff_needed'))
        .execute();
      return { missing, added };
    },
    async noteRenames(releaseId, renames) {
      const rows = renames.map(({ name, runId }) => ({ release_id: releaseId, name, renamed_run_id: runId }));
      await updateMany(connection, 'missing_runs', ['release_id', 'name'], rows);
    },
    async awaitedUntil(now, after, limit) {
      const rows = await db
        .selectFrom('runs')
        .select(['release_id as releaseId', 'id as runId', 'awaited_until as until'])
        .where('awaited_release_id', 'is not', null)
        .where('awaited_until', '<=', now)
        .where('awaited_until', '>=', after.until)
        .where((eb) => eb.or([eb('awaited_until', '>', after.until), eb('id', '>', after.runId)]))
        // As in the index: in the order of their ids, SQLite would read all runs.
        .orderBy('awaited_until')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ until, ...place }) => ({ ...place, until: until! }));
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
