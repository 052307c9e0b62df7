import { sql, type Updateable } from 'kysely';
import type { Release } from '../../domain/releases/release.ts';
import type { ReleaseKey, ReleaseRepository } from '../../ports/store/releases.ts';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { flag, toRelease } from './rows.ts';
import { isAbandoned } from './runs.ts';
import type { ReleasesTable } from './schema-releases.ts';
import { updateMany } from './sets.ts';
import { isOfKeptBuild } from './kept-rows.ts';
import { change, statement } from './statement.ts';

const good = literal('good');
const processing = literal('processing');
const open = [literal('receiving'), processing] as const;

const findByKey = statement((db, { buildId, name, number }: ReleaseKey) =>
  db
    .selectFrom('releases')
    .selectAll()
    .where('build_id', '=', buildId)
    .where('name', '=', name)
    .where('number', '=', number)
    .where('deleted_at', 'is', null)
    .where(isOfKeptBuild),
);

const findById = statement((db, { id }: { id: number }) =>
  db.selectFrom('releases').selectAll().where('id', '=', id),
);

const lockOne = (skip: 'wait' | 'skip') =>
  statement((db, { buildId, name, number }: ReleaseKey, connection) => {
    const query = db
      .selectFrom('releases')
      .selectAll()
      .where('build_id', '=', buildId)
      .where('name', '=', name)
      .where('number', '=', number)
      .where('deleted_at', 'is', null)
      .where(isOfKeptBuild);
    return locked(connection, query, skip);
  });

const lockById = statement((db, { id }: { id: number }, connection) =>
  locked(
    connection,
    db.selectFrom('releases').selectAll().where('id', '=', id).where('deleted_at', 'is', null),
  ),
);

const newestGood = statement((db, { buildId }: { buildId: number }) =>
  db
    .selectFrom('releases')
    .selectAll()
    .where('build_id', '=', buildId)
    .where('status', '=', good)
    .where('skip_reason', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(1),
);

const update = change((db, { id, ...changed }: Updateable<ReleasesTable> & { id: number }) =>
  db.updateTable('releases').set(changed).where('id', '=', id),
);

/** In the order of their ids, so that transactions that lock some of the same do not wait for each other. */
const lockTogether = (skip: 'wait' | 'skip') =>
  statement((db, keys: { buildIds: number[]; names: string[]; numbers: number[] }, connection) => {
    const asked = sql`select * from unnest(${keys.buildIds}::bigint[], ${keys.names}::text[], ${keys.numbers}::bigint[])`;
    const query = db
      .selectFrom('releases')
      .selectAll()
      .where(sql<boolean>`(build_id, name, number) in (${asked})`)
      .where('deleted_at', 'is', null)
      .where(isOfKeptBuild)
      .orderBy('id');
    return locked(connection, query, skip);
  });
/** For one and for many: the plan for many is made anew where there are few. */
const lockOf = {
  wait: { one: lockOne('wait'), many: lockTogether('wait') },
  skip: { one: lockOne('skip'), many: lockTogether('skip') },
};

/** Of releases that are not decided. */
export const openStatuses = [literal('receiving'), literal('processing'), literal('reviewing')];

export function releaseRepository(connection: Connection): ReleaseRepository {
  const { db } = connection;
  const all = () => db.selectFrom('releases').selectAll().where('deleted_at', 'is', null);
  const one = (row: Parameters<typeof toRelease>[0] | undefined): Release | null =>
    row === undefined ? null : toRelease(row);
  async function lockMany(keys: readonly ReleaseKey[], skip: 'wait' | 'skip'): Promise<Release[]> {
    if (connection.kind === 'postgres' && keys.length > 1) {
      const { rows } = await lockOf[skip].many(connection, {
        buildIds: keys.map(({ buildId }) => buildId),
        names: keys.map(({ name }) => name),
        numbers: keys.map(({ number }) => number),
      });
      return rows.map(toRelease);
    }
    const found = await Promise.all(keys.map((key) => lockOf[skip].one(connection, key)));
    return found.flatMap(({ rows }) => rows.map(toRelease));
  }

  return {
    async insert(release) {
      const row = await db
        .insertInto('releases')
        .values({
          build_id: release.buildId,
          name: release.name,
          number: release.number,
          url: release.url,
          branch: release.branch,
          commit_id: release.commit,
          ci_url: release.ciUrl,
          shard_id: release.shards?.id ?? null,
          worker_label: release.workerLabel,
          tells_forges: flag(release.tellsForges),
          created_at: release.createdAt,
          ...changes(release),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toRelease(row);
    },
    find: async ({ buildId, name, number }) =>
      one((await findByKey(connection, { buildId, name, number })).rows[0]),
    findById: async (id) => one((await findById(connection, { id })).rows[0]),
    async findMany(ids) {
      if (ids.length === 0) return [];
      return (await all().where('id', 'in', ids).execute()).map(toRelease);
    },
    lock: async ({ buildId, name, number }) =>
      one((await lockOf.wait.one(connection, { buildId, name, number })).rows[0]),
    lockFree: (keys) => lockMany(keys, 'skip'),
    lockMany: (keys) => lockMany(keys, 'wait'),
    lockById: async (id) => one((await lockById(connection, { id })).rows[0]),
    async highestNumber(buildId, name) {
      const row = await db
        .selectFrom('releases')
        .select((eb) => eb.fn.max('number').as('highest'))
        .where('build_id', '=', buildId)
        .where('name', '=', name)
        .executeTakeFirst();
      return (row?.highest as number | null | undefined) ?? 0;
    },
    async lockOpenAttempts(buildId, name) {
      const query = all()
        .where('build_id', '=', buildId)
        .where('name', '=', name)
        .where('status', 'in', open)
        .orderBy('number');
      return (await locked(connection, query).execute()).map(toRelease);
    },
    newestGood: async (buildId) => one((await newestGood(connection, { buildId })).rows[0]),
    async list(filter, { limit, offset }) {
      const { buildId, name, status, search, branch, pullRequest, commit, headCommit } = filter;
      let query = all().where('build_id', '=', buildId);
      if (name !== undefined) query = query.where('name', '=', name);
      if (status !== undefined) query = query.where('status', '=', status);
      if (search !== undefined) query = query.where(nameContains(search));
      if (branch !== undefined) query = query.where('branch', '=', branch);
      if (pullRequest !== undefined) query = query.where('pull_request', '=', pullRequest);
      if (commit !== undefined) query = query.where('commit_id', '=', commit);
      if (headCommit !== undefined) query = query.where('head_commit', '=', headCommit);
      return (await query.orderBy('id', 'desc').limit(limit).offset(offset).execute()).map(toRelease);
    },
    async count(buildId) {
      const row = await db
        .selectFrom('releases')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('build_id', '=', buildId)
        .where('deleted_at', 'is', null)
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async newestOfBranches(buildId, limit) {
      const newest = db
        .selectFrom('releases')
        .select((eb) => eb.fn.max('id').as('id'))
        .where('build_id', '=', buildId)
        .where('branch', 'is not', null)
        .where('deleted_at', 'is', null)
        .groupBy('branch')
        .orderBy((eb) => eb.fn.max('id'), 'desc')
        .limit(limit);
      return (await all().where('id', 'in', newest).orderBy('id', 'desc').execute()).map(toRelease);
    },
    async newestOf(buildIds) {
      if (buildIds.length === 0) return [];
      // Each from the end of its index, without reading the others.
      const newest = db
        .selectFrom('builds')
        .select((eb) =>
          eb
            .selectFrom('releases as newest')
            .select('newest.id')
            // A range, or PostgreSQL would search the newest releases of all builds for one of this.
            .whereRef('newest.build_id', '>=', 'builds.id')
            .whereRef('newest.build_id', '<=', 'builds.id')
            .where('newest.deleted_at', 'is', null)
            .orderBy('newest.build_id', 'desc')
            .orderBy('newest.id', 'desc')
            .limit(1)
            .as('id'),
        )
        .where('builds.id', 'in', buildIds);
      return (await all().where('id', 'in', newest).execute()).map(toRelease);
    },
    async counts(releaseIds) {
      if (releaseIds.length === 0) return [];
      return db
        .selectFrom('runs')
        .select((eb) => [
          'release_id as releaseId',
          'status',
          'verdict',
          eb.fn.countAll<number>().as('count'),
          sql<number>`sum(case when verdict_source = 'carried' then 1 else 0 end)`.as('carried'),
          // What is decided has all that it needs.
          sql<number>`sum(case when approvals is not null and verdict = 'none' then 1 else 0 end)`.as(
            'partlyApproved',
          ),
        ])
        .where('release_id', 'in', releaseIds)
        .groupBy(['release_id', 'status', 'verdict'])
        .execute();
    },
    async forgivenCounts(releaseIds) {
      if (releaseIds.length === 0) return [];
      return db
        .selectFrom('runs')
        .select((eb) => ['release_id as releaseId', eb.fn.countAll<number>().as('count')])
        .where('release_id', 'in', releaseIds)
        .where('status', '=', literal('diff_not_found'))
        .where('forgiven_pixels', '>', literal(0))
        .groupBy('release_id')
        .execute();
    },
    async updateMany(releases) {
      const rows = releases.map((release) => ({ ...changes(release), id: release.id }));
      if (rows.length === 1) await update(connection, rows[0]!);
      else await updateMany(connection, 'releases', ['id'], rows);
    },
    async stalled(changedBefore, limit) {
      const query = all()
        .where('status', '=', processing)
        .where('updated_at', '<', changedBefore)
        .where(
          sql<boolean>`exists (select 1 from runs where runs.release_id = releases.id and ${isAbandoned})`,
        )
        .orderBy('updated_at')
        .limit(limit);
      return (await query.execute()).map(toRelease);
    },
  };
}

/** The same function on both sides, because SQLite folds only A to Z. */
function nameContains(text: string) {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(name) like lower(${pattern}) escape '\\'`;
}

function changes(release: Omit<Release, 'id' | 'git'>) {
  return {
    status: release.status,
    version: release.version,
    status_version: release.statusVersion,
    comments_version: release.commentsVersion,
    status_at: release.statusAt,
    updated_at: release.updatedAt,
    decided_by: release.decidedBy,
    decision_note: release.decisionNote,
    shard_total: release.shards?.total ?? null,
    shard_fault: release.shards?.fault ?? null,
  };
}
