import { sql } from 'kysely';
import type { Insertable } from 'kysely';
import type { BaselineChoice } from '../../domain/baselines/choose-baseline.ts';
import type { CaptureDetails } from '../../domain/capture/capture-details.ts';
import type { Run, RunFailure } from '../../domain/runs/run.ts';
import { failureThatCounts } from '../../domain/tasks/failure-that-counts.ts';
import type { RunOfRelease, RunOrigins, RunRepository, RunRow } from '../../ports/store/runs.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { runChanges, toApprovals, toRun } from './rows.ts';
import { runSets } from './run-sets.ts';
import type { RunsTable } from './schema-runs.ts';
import { prepared, run, statement } from './statement.ts';
import { isOfKeptRelease } from './kept-rows.ts';

const pending = [literal('data_pending'), literal('needs_diff')];

const rowColumns = [
  'id',
  'name',
  'status',
  'verdict',
  'verdict_by',
  'verdict_at',
  'version',
  'facts_version',
  'distortion',
  'changed_pixels',
  'forgiven_pixels',
  'diff_ratio',
  'region_count',
  'move_summary',
  'change_set',
  'change_count',
  'open_changes',
  'verdict_source',
  'verdict_note',
  'approvals',
  'width',
  'height',
  'image',
  'ref_image',
  'run_failure',
  'ref_failure',
  'diff_failure',
  'incomplete_count',
  'warning_count',
  'environment_change',
] as const;

const insert = statement((db, run: Insertable<RunsTable>) =>
  db
    .insertInto('runs')
    .values(run)
    .onConflict((conflict) => conflict.columns(['release_id', 'name']).doNothing())
    .returning('id'),
);

const find = statement((db, { releaseId, name }: { releaseId: number; name: string }) =>
  db.selectFrom('runs').selectAll().where('release_id', '=', releaseId).where('name', '=', name),
);

const findById = statement((db, { id }: { id: number }) =>
  db.selectFrom('runs').selectAll().where('id', '=', id),
);

const newestBaseline = statement((db, { buildId, name }: { buildId: number; name: string }) =>
  db
    .selectFrom('runs')
    .selectAll()
    .where('build_id', '=', buildId)
    .where('name', '=', name)
    .where('release_id', '<=', (eb) =>
      eb
        .selectFrom('releases as newest')
        .select('newest.id')
        .where('newest.build_id', '=', buildId)
        .where('newest.status', '=', literal('good'))
        .where('newest.skip_reason', 'is', null)
        .where('newest.deleted_at', 'is', null)
        .orderBy('newest.id', 'desc')
        .limit(literal(1)),
    )
    .where('image', 'is not', null)
    .where('status', '<>', literal('failed'))
    .where('verdict', '<>', literal('rejected'))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('releases')
          .select('releases.id')
          .whereRef('releases.id', '=', 'runs.release_id')
          .where('releases.status', '=', literal('good'))
          .where('releases.deleted_at', 'is', null),
      ),
    )
    .orderBy('release_id', 'desc')
    .limit(literal(1)),
);

const onePending = statement((db, { releaseId }: { releaseId: number }) =>
  db
    .selectFrom('runs')
    .select('id')
    .where('release_id', '=', releaseId)
    .where('status', 'in', pending)
    .limit(1),
);

/** A waiting run with no live task that is not waiting for its baseline. */
export const isAbandoned = sql<boolean>`runs.status in (${sql.join(pending)}) and runs.awaited_release_id is null and not exists (
  select 1 from tasks where tasks.run_id = runs.id and tasks.status = ${literal('live')})`;

export function runRepository(connection: Connection): RunRepository {
  const { db } = connection;
  const all = () => db.selectFrom('runs').selectAll();
  const one = ({ rows: [row] }: { rows: Parameters<typeof toRun>[0][] }) =>
    row === undefined ? null : toRun(row);
  return {
    ...runSets(connection),
    async insertMany(runs) {
      if (runs.length === 0) return [];
      const rows = runs.map(rowOf);
      const ids =
        connection.kind === 'postgres'
          ? await insertTogether(connection, rows)
          : await Promise.all(rows.map(async (row) => (await insert(connection, row)).rows[0]?.id));
      return runs.map((run, index) => (ids[index] === undefined ? null : { ...run, id: ids[index] }));
    },
    find: async (releaseId, name) => one(await find(connection, { releaseId, name })),
    findById: async (id) => one(await findById(connection, { id })),
    newestBaseline: async (buildId, name) => one(await newestBaseline(connection, { buildId, name })),
    async configs(ids) {
      if (ids.length === 0) return new Map();
      const query = db.selectFrom('runs').select(['id', 'config']).where('id', 'in', ids);
      const rows = await query.where('config', 'is not', null).execute();
      return new Map(rows.map(({ id, config }) => [id, config!]));
    },
    async doms(ids) {
      if (ids.length === 0) return new Map();
      const rows = await db
        .selectFrom('runs')
        .select(['id', 'capture_facts', 'ref_capture_facts'])
        .where('id', 'in', ids)
        .where('capture_facts', 'is not', null)
        .where('ref_capture_facts', 'is not', null)
        .execute();
      const domOf = (details: string | null) => (JSON.parse(details!) as CaptureDetails).dom;
      return new Map(
        rows.flatMap(({ id, capture_facts, ref_capture_facts }) => {
          const [after, before] = [domOf(capture_facts), domOf(ref_capture_facts)];
          return after === undefined || before === undefined ? [] : [[id, { before, after }] as const];
        }),
      );
    },
    async hasPending(releaseId) {
      return (await onePending(connection, { releaseId })).rows.length > 0;
    },
    async hasAny(releaseId) {
      const query = db.selectFrom('runs').select('id').where('release_id', '=', releaseId).limit(1);
      return (await query.executeTakeFirst()) !== undefined;
    },
    async countUndecidedSince(releaseId, factsVersion) {
      const row = await db
        .selectFrom('runs')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('release_id', '=', releaseId)
        .where('status', '=', 'diff_found')
        .where('verdict', '=', 'none')
        .where('facts_version', '>', factsVersion)
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async abandoned(releaseId, limit) {
      const query = all().where('release_id', '=', releaseId).where(isAbandoned).orderBy('id').limit(limit);
      return (await query.execute()).map(toRun);
    },
    async rows(releaseId, sinceVersion) {
      let query = db.selectFrom('runs').select(rowColumns).where('release_id', '=', releaseId);
      if (sinceVersion !== undefined) query = query.where('version', '>', sinceVersion);
      const rows = await query.execute();
      return rows.map((row): RunRow => {
        const failures = [row.run_failure, row.ref_failure, row.diff_failure];
        return {
          id: row.id,
          name: row.name,
          status: row.status,
          verdict: row.verdict,
          verdictBy: row.verdict_by,
          verdictAt: row.verdict_at,
          version: row.version,
          factsVersion: row.facts_version,
          distortion: row.distortion,
          changedPixels: row.changed_pixels,
          forgivenPixels: row.forgiven_pixels,
          diffRatio: row.diff_ratio,
          regionCount: row.region_count,
          moveSummary: row.move_summary,
          changeSet: row.change_set,
          changeCount: row.change_count,
          openChanges: row.open_changes,
          verdictSource: row.verdict_source,
          verdictNote: row.verdict_note,
          approvals: toApprovals(row.approvals),
          width: row.width,
          height: row.height,
          hasImage: row.image !== null,
          hasRef: row.ref_image !== null,
          failureReason: row.status === 'failed' ? reasonOf(failures) : null,
          incompleteCount: row.incomplete_count,
          warningCount: row.warning_count,
          environmentChange: row.environment_change,
        };
      });
    },
    async origins(releaseId) {
      const rows = await db
        .selectFrom('runs')
        .leftJoin('runs as baselines', 'baselines.id', 'runs.baseline_run_id')
        .leftJoin('releases as base', 'base.id', 'baselines.release_id')
        .leftJoin('runs as judged', 'judged.id', 'runs.origin_run_id')
        .leftJoin('releases as source', 'source.id', 'judged.release_id')
        .select(['runs.id', 'runs.baseline_choice', 'runs.ref_state', 'runs.ref_image'])
        .select(['baselines.id as base_run', 'base.name as base_name', 'base.number as base_number'])
        .select(['judged.id as source_run', 'source.name as source_name', 'source.number as source_number'])
        .where('runs.release_id', '=', releaseId)
        .execute();
      return rows.map((row): RunOrigins => ({
        id: row.id,
        choice: row.baseline_choice === null ? null : (JSON.parse(row.baseline_choice) as BaselineChoice),
        ref: { state: row.ref_state, image: row.ref_image },
        baseline: runOfRelease(row.base_run, row.base_name, row.base_number),
        verdictOrigin: runOfRelease(row.source_run, row.source_name, row.source_number),
      }));
    },
    async history(buildId, name, limit) {
      return db
        .selectFrom('runs')
        .select([
          'id as runId',
          'release_id as releaseId',
          'status',
          'verdict',
          'verdict_by as verdictBy',
          'verdict_at as verdictAt',
          'facts_version as factsVersion',
          'distortion',
          'image',
          'created_at as createdAt',
        ])
        .where('build_id', '=', buildId)
        .where('name', '=', name)
        .where(isOfKeptRelease)
        .orderBy('release_id', 'desc')
        .limit(limit)
        .execute();
    },
    async page(afterId, limit) {
      return (await all().where('id', '>', afterId).orderBy('id').limit(limit).execute()).map(toRun);
    },
  };
}

function rowOf(run: Omit<Run, 'id'>): Insertable<RunsTable> {
  return {
    build_id: run.buildId,
    release_id: run.releaseId,
    name: run.name,
    created_at: run.createdAt,
    ...runChanges(run),
  };
}

/** @returns the id of each row; undefined: its name is taken */
async function insertTogether(
  connection: Connection,
  rows: readonly Insertable<RunsTable>[],
): Promise<(number | undefined)[]> {
  const columns = sql.join(Object.keys(rows[0]!).map((column) => sql.ref(column)));
  const query = sql<{ id: number; release_id: number; name: string }>`
    insert into runs (${columns}) select ${columns} from json_populate_recordset(null::runs, ${JSON.stringify(rows)}::json)
    on conflict (release_id, name) do nothing returning id, release_id, name`;
  const made = await run(connection, prepared(query.compile(connection.db)));
  const ids = new Map(made.rows.map((row) => [`${row.release_id} ${row.name}`, row.id]));
  return rows.map((row) => ids.get(`${row.release_id} ${row.name}`));
}

function reasonOf(failures: (string | null)[]): string | null {
  const parsed = failures.map((failure) => (failure === null ? null : (JSON.parse(failure) as RunFailure)));
  return failureThatCounts(parsed)?.reason ?? null;
}

function runOfRelease(
  runId: number | null,
  releaseName: string | null,
  releaseNumber: number | null,
): RunOfRelease | null {
  if (runId === null || releaseName === null || releaseNumber === null) return null;
  return { runId, releaseName, releaseNumber };
}
