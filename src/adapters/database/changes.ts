import type { ChangeSet } from '../../domain/changes/decided-changes.ts';
import type { Box, ChangeName } from '../../domain/comparison/alignment.ts';
import type { ComparisonDetails } from '../../domain/model.ts';
import type { ChangeRepository, ChangeSample, ListedChanges } from '../../ports/store/changes.ts';
import { changeDecisions } from './change-decisions.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { flag, json, text } from './rows.ts';
import type { RunChangesTable } from './schema.ts';
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
    async setsOf(releaseId, runIds) {
      const sets = new Map<number, ChangeSet & { fingerprints: string[] }>();
      await inBatches(connection, runIds, async (batch) => {
        const rows = await db
          .selectFrom('run_changes')
          .select(['run_id', 'fingerprint', 'is_first'])
          .where(isOneOf(connection, 'run_id', batch))
          .where('release_id', '=', releaseId)
          .execute();
        for (const { run_id: runId, fingerprint, is_first: isFirst } of rows) {
          let set = sets.get(runId);
          if (set === undefined) {
            set = { runId, fingerprints: [], isComplete: isFirst !== null };
            sets.set(runId, set);
          }
          if (!set.fingerprints.includes(fingerprint)) set.fingerprints.push(fingerprint);
        }
      });
      return [...sets.values()];
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
      const all = await db
        .selectFrom('run_changes')
        .select((eb) => [
          'fingerprint',
          eb.fn.sum<number>('is_first').as('runs'),
          eb.fn.count<number>('place').distinct().as('places'),
        ])
        .where('release_id', '=', releaseId)
        .where('is_first', 'is not', null)
        .groupBy('fingerprint')
        .execute();
      const open = await openByFingerprint(releaseId);
      return all.map(({ fingerprint, runs, places }) => ({
        fingerprint,
        runs: Number(runs),
        places,
        openRuns: open.get(fingerprint) ?? 0,
      }));
    },
    async samples(releaseId, fingerprints) {
      const found: ChangeSample[] = [];
      await inBatches(connection, fingerprints, async (batch) => {
        const rows = await samples()
          .innerJoin(
            (eb) =>
              eb
                .selectFrom('run_changes')
                .select((inner) => ['fingerprint', inner.fn.min('run_id').as('first_run')])
                .where('release_id', '=', releaseId)
                .where(isOneOf(connection, 'fingerprint', batch))
                .where('is_first', '=', literal(1))
                .groupBy('fingerprint')
                .as('first'),
            (join) =>
              join.onRef('first.first_run', '=', 'c.run_id').onRef('first.fingerprint', '=', 'c.fingerprint'),
          )
          .where('c.is_first', '=', literal(1))
          .execute();
        found.push(...rows.map(toSample));
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
    async openRuns(releaseId, fingerprints) {
      if (fingerprints.length === 0) return new Map();
      return openByFingerprint(releaseId, fingerprints);
    },
  };

  /** Runs without a verdict, by change. */
  async function openByFingerprint(
    releaseId: number,
    fingerprints?: readonly string[],
  ): Promise<Map<string, number>> {
    let query = db
      .selectFrom('runs')
      .innerJoin('run_changes as c', 'c.run_id', 'runs.id')
      .select((eb) => ['c.fingerprint', eb.fn.sum<number>('c.is_first').as('runs')])
      .where('runs.release_id', '=', releaseId)
      .where('runs.status', '=', literal('diff_found'))
      .where('runs.verdict', '=', literal('none'))
      .where('c.is_first', '=', literal(1))
      .groupBy('c.fingerprint');
    if (fingerprints !== undefined) {
      query = query
        .where('c.release_id', '=', releaseId)
        .where(isOneOf(connection, 'c.fingerprint', fingerprints));
    }
    const rows = await query.execute();
    return new Map(rows.map(({ fingerprint, runs }) => [fingerprint, Number(runs)]));
  }
}

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
