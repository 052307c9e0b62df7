import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { ChangeSet } from '../../domain/changes/decided-changes.ts';
import type { Box, ChangeName } from '../../domain/comparison/alignment.ts';
import type { ComparisonDetails } from '../../domain/comparison/comparison-details.ts';
import type { ChangeRepository, ChangeSample, ListedChanges } from '../../ports/store/changes.ts';
import { changeDecisions } from './change-decisions.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { flag, json, text } from './rows.ts';
import type { RunChangesTable } from './schema-runs.ts';
import { inBatches, insertMany, isOneOf } from './sets.ts';

export function changeRepository(connection: Connection): ChangeRepository {
  const { db } = connection;
  const samples = () =>
    db
      .selectFrom('run_changes as c')
      .innerJoin('runs', 'runs.id', 'c.run_id')
      .select(['c.fingerprint', 'c.run_id', 'c.kind', 'c.name as change_name', 'c.place'])
      .select([
        'c.before_box',
        'c.after_box',
        'runs.name',
        'runs.image',
        'runs.ref_image',
        'runs.comparison',
      ]);
  return {
    ...changeDecisions(connection),
    async list(runs) {
      await inBatches(
        connection,
        runs.map(({ run }) => run.id),
        async (batch) => {
          await db
            .deleteFrom('run_changes')
            .where(isOneOf(connection, 'run_id', batch))
            .execute();
        },
      );
      await insertMany(connection, 'run_changes', runs.flatMap(rowsOf));
    },
    async setsOf(releaseId, runs) {
      const firstOf = new Map<string, number>();
      for (const { id, changeSet } of runs) {
        if (changeSet !== null && !firstOf.has(changeSet)) firstOf.set(changeSet, id);
      }
      const sources = runs.map(({ id, changeSet }) => (changeSet === null ? id : firstOf.get(changeSet)!));
      const read = new Map<number, ReadSet>();
      await inBatches(connection, [...new Set(sources)], async (batch) => {
        const rows = await db
          .selectFrom('run_changes')
          .select(['run_id', 'fingerprint', 'is_first'])
          .where(isOneOf(connection, 'run_id', batch))
          .where('release_id', '=', releaseId)
          .execute();
        for (const { run_id: runId, fingerprint, is_first: isFirst } of rows) {
          let set = read.get(runId);
          if (set === undefined) {
            set = { fingerprints: [], isComplete: isFirst !== null };
            read.set(runId, set);
          }
          if (!set.fingerprints.includes(fingerprint)) set.fingerprints.push(fingerprint);
        }
      });
      return runs.flatMap(({ id: runId }, index) => {
        const set = read.get(sources[index]!);
        return set === undefined ? [] : [{ runId, ...set }];
      });
    },
    async runsWith(releaseId, fingerprints) {
      const ids = new Set<number>();
      await inBatches(connection, fingerprints, async (batch) => {
        const rows = await db
          .selectFrom('run_changes')
          .select('run_id')
          .where('release_id', '=', releaseId)
          .where(isOneOf(connection, 'fingerprint', batch))
          .where('is_first', '=', literal(1))
          .execute();
        for (const { run_id } of rows) ids.add(run_id);
      });
      return [...ids].sort((a, b) => a - b);
    },
    async groups(releaseId) {
      // By place first: PostgreSQL would sort all rows for a count of distinct places.
      const rows = await db
        .selectFrom((eb) =>
          eb
            .selectFrom('run_changes')
            .select((inner) => [
              'fingerprint',
              inner.fn.sum<number>('is_first').as('runs'),
              inner.fn.min(ifFirst(sql`run_id`)).as('first_run'),
              inner.fn
                .count<number>(ifFirst(sql`case when run_id in (${openRunIds(releaseId)}) then 1 end`))
                .as('open'),
            ])
            .where('release_id', '=', releaseId)
            .where('is_first', 'is not', null)
            .groupBy(['fingerprint', 'place'])
            .as('at_place'),
        )
        .select((eb) => [
          'fingerprint',
          eb.fn.countAll<number>().as('places'),
          eb.fn.sum<number>('runs').as('runs'),
          eb.fn.sum<number>('open').as('open'),
          eb.fn.min('first_run').as('first_run'),
        ])
        .groupBy('fingerprint')
        .execute();
      return rows.map(({ fingerprint, runs, places, open, first_run }) => ({
        fingerprint,
        runs: Number(runs),
        places,
        openRuns: Number(open),
        firstRunId: Number(first_run),
      }));
    },
    async samples(groups) {
      const firstRunOf = new Map(groups.map(({ fingerprint, firstRunId }) => [fingerprint, firstRunId]));
      const found: ChangeSample[] = [];
      await inBatches(connection, [...new Set(firstRunOf.values())], async (batch) => {
        const rows = await samples()
          .where(isOneOf(connection, 'c.run_id', batch))
          .where('c.is_first', '=', literal(1))
          .execute();
        for (const row of rows) if (firstRunOf.get(row.fingerprint) === row.run_id) found.push(toSample(row));
      });
      return found;
    },
    async placesOf(releaseId, fingerprint, limit) {
      const rows = await samples()
        .innerJoin(
          (eb) =>
            eb
              .selectFrom('run_changes')
              .select((inner) => ['place', inner.fn.min('run_id').as('first_run')])
              .where('release_id', '=', releaseId)
              .where('fingerprint', '=', fingerprint)
              .where('is_first', 'is not', null)
              .groupBy('place')
              .orderBy('place')
              .limit(limit)
              .as('first'),
          (join) => join.onRef('first.first_run', '=', 'c.run_id').onRef('first.place', '=', 'c.place'),
        )
        .where('c.fingerprint', '=', fingerprint)
        .orderBy('c.place')
        .orderBy('c.n')
        .execute();
      const places = new Map<string, ChangeSample>();
      for (const row of rows) if (!places.has(row.place)) places.set(row.place, toSample(row));
      return [...places.values()];
    },
    async members(releaseId, fingerprint) {
      const rows = await db
        .selectFrom('run_changes as c')
        .innerJoin('runs', 'runs.id', 'c.run_id')
        .select(['runs.id as runId', 'runs.name as runName', 'c.place', 'runs.verdict'])
        .select(['runs.change_count as changeCount', 'runs.open_changes as openChanges'])
        .where('c.release_id', '=', releaseId)
        .where('c.fingerprint', '=', fingerprint)
        .where('c.is_first', '=', literal(1))
        .execute();
      return rows.sort((a, b) => (a.runName < b.runName ? -1 : a.runName > b.runName ? 1 : 0));
    },
    async undecided(releaseId) {
      const row = await db
        .selectFrom('runs')
        .select((eb) => [
          eb.fn.countAll<number>().as('runs'),
          eb.fn.sum<number | null>('changes_complete').as('explained'),
        ])
        .where('release_id', '=', releaseId)
        .where('status', '=', literal('diff_found'))
        .where('verdict', '=', literal('none'))
        .executeTakeFirstOrThrow();
      return { runs: row.runs, unexplained: row.runs - Number(row.explained ?? 0) };
    },
    async undecidedOf(releaseId, runIds) {
      const found: number[] = [];
      await inBatches(connection, runIds, async (batch) => {
        const rows = await openRunIds(releaseId)
          .where(isOneOf(connection, 'id', batch))
          .execute();
        for (const { id } of rows) found.push(id);
      });
      return found;
    },
    async openRuns(releaseId, fingerprints) {
      if (fingerprints.length === 0) return new Map();
      const rows = await db
        .selectFrom('run_changes')
        .select((eb) => ['fingerprint', eb.fn.countAll<number>().as('runs')])
        .where('release_id', '=', releaseId)
        .where(isOneOf(connection, 'fingerprint', fingerprints))
        .where('is_first', '=', literal(1))
        .where('run_id', 'in', openRunIds(releaseId))
        .groupBy('fingerprint')
        .execute();
      return new Map(rows.map(({ fingerprint, runs }) => [fingerprint, runs]));
    },
  };

  /** Runs without a verdict. */
  function openRunIds(releaseId: number) {
    return db
      .selectFrom('runs')
      .select('id')
      .where('release_id', '=', releaseId)
      .where('status', '=', literal('diff_found'))
      .where('verdict', '=', literal('none'));
  }
}

/** Where a change is first in its run, so that each run counts once. */
function ifFirst(value: RawBuilder<unknown>): RawBuilder<number | null> {
  return sql`case when is_first = 1 then ${value} end`;
}

type ReadSet = Pick<ChangeSet, 'isComplete'> & { fingerprints: string[] };

function rowsOf({ run, changes }: ListedChanges) {
  return changes.map((change, n) => ({
    run_id: run.id,
    n,
    build_id: run.buildId,
    release_id: run.releaseId,
    fingerprint: change.fingerprint,
    is_first: change.isFirst === null ? null : flag(change.isFirst),
    kind: change.kind,
    before_box: text(change.before),
    after_box: text(change.after),
    pixels: change.pixels,
    place: change.place,
    name: text(change.name),
  }));
}

function toSample(
  row: Pick<RunChangesTable, 'fingerprint' | 'run_id' | 'kind' | 'place' | 'before_box' | 'after_box'> & {
    change_name: string | null;
    name: string;
    image: string | null;
    ref_image: string | null;
    comparison: string | null;
  },
): ChangeSample {
  const sizes = json<ComparisonDetails>(row.comparison);
  return {
    fingerprint: row.fingerprint,
    runId: row.run_id,
    runName: row.name,
    kind: row.kind,
    name: json<ChangeName>(row.change_name),
    place: row.place,
    before: json<Box>(row.before_box),
    after: json<Box>(row.after_box),
    image: row.image,
    refImage: row.ref_image,
    imageRows: sizes?.after?.height ?? null,
    refImageRows: sizes?.before?.height ?? null,
  };
}
