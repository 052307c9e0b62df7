import { sql } from 'kysely';
import type { Updateable } from 'kysely';
import type { CaptureState, Run } from '../../domain/runs/run.ts';
import type { JudgedRun, RunRepository } from '../../ports/store/runs.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { approvalsText, runChanges, toApprovals, toRun } from './rows.ts';
import type { Flag } from './flag.ts';
import type { RunsTable } from './schema-runs.ts';
import { inBatches, isOneOf, updateMany, updateUntilNoneIsLeft } from './sets.ts';
import { change } from './statement.ts';

const pending = [literal('data_pending'), literal('needs_diff')];

const updateOne = change((db, { id, ...changes }: Updateable<RunsTable> & { id: number }) =>
  db.updateTable('runs').set(changes).where('id', '=', id),
);

type RunSets = Pick<
  RunRepository,
  'updateMany' | 'findMany' | 'findJudged' | 'verdictCounts' | 'judgeMany' | 'failedIds' | 'failPending'
>;

/** Changes to many runs at once. */
export function runSets(connection: Connection): RunSets {
  const { db } = connection;
  const all = () => db.selectFrom('runs').selectAll();
  return {
    async updateMany(runs) {
      const rows = runs.map((run) => ({ id: run.id, ...runChanges(run) }));
      // A report writes a single run, which does not need the JSON parameter.
      if (rows.length === 1) await updateOne(connection, rows[0]!);
      else await updateMany(connection, 'runs', ['id'], rows);
    },
    async findMany(releaseId, ids) {
      const runs: Run[] = [];
      await inBatches(connection, ids, async (batch) => {
        const query = all()
          .where('release_id', '=', releaseId)
          .where(isOneOf(connection, 'id', batch));
        for (const row of await query.execute()) runs.push(toRun(row));
      });
      return runs;
    },
    async findJudged(releaseId, ids) {
      const runs: JudgedRun[] = [];
      await inBatches(connection, ids, async (batch) => {
        const rows = await db
          .selectFrom('runs')
          .select([
            'id',
            'status',
            'verdict',
            'verdict_by as verdictBy',
            'verdict_at as verdictAt',
            'version',
            'facts_version as factsVersion',
            'updated_at as updatedAt',
            'verdict_source as verdictSource',
            'verdict_note as verdictNote',
            'approvals',
            'open_changes as openChanges',
            'change_count as changeCount',
            'change_set as changeSet',
            'origin_run_id as originRunId',
          ])
          .where('release_id', '=', releaseId)
          .where(isOneOf(connection, 'id', batch))
          .execute();
        for (const { approvals, ...row } of rows) runs.push({ ...row, approvals: toApprovals(approvals) });
      });
      return runs;
    },
    async verdictCounts(releaseId, ids) {
      const counts = { none: 0, approved: 0, rejected: 0 };
      await inBatches(connection, ids, async (batch) => {
        const rows = await db
          .selectFrom('runs')
          .select((eb) => ['verdict', eb.fn.countAll<number>().as('runs')])
          .where('release_id', '=', releaseId)
          .where(isOneOf(connection, 'id', batch))
          .groupBy('verdict')
          .execute();
        for (const { verdict, runs } of rows) counts[verdict] += runs;
      });
      return counts;
    },
    async judgeMany(runs) {
      const alike = new Map<string, JudgedRun[]>();
      for (const run of runs) {
        const { status, verdict, verdictBy, verdictAt, verdictSource, openChanges, originRunId } = run;
        const key = JSON.stringify([
          ...[status, verdict, verdictBy, verdictAt],
          ...[verdictSource, openChanges, originRunId, run.version, run.updatedAt],
          ...[run.verdictNote, run.approvals],
        ]);
        const group = alike.get(key);
        if (group === undefined) alike.set(key, [run]);
        else group.push(run);
      }
      for (const group of alike.values()) {
        const run = group[0]!;
        const judged = {
          status: run.status,
          verdict: run.verdict,
          verdict_by: run.verdictBy,
          verdict_at: run.verdictAt,
          verdict_source: run.verdictSource,
          verdict_note: run.verdictNote,
          approvals: approvalsText(run.approvals),
          open_changes: run.openChanges,
          origin_run_id: run.originRunId,
          origin_decision_id: null,
          version: run.version,
          updated_at: run.updatedAt,
        };
        const ids = group.map(({ id }) => id);
        await inBatches(connection, ids, async (batch) => {
          await db
            .updateTable('runs')
            .set(judged)
            .where(isOneOf(connection, 'id', batch))
            .execute();
        });
      }
    },
    async failedIds(releaseId) {
      const query = db.selectFrom('runs').select('id').where('release_id', '=', releaseId);
      const rows = await query.where('status', '=', 'failed').orderBy('id').execute();
      return rows.map(({ id }) => id);
    },
    async failPending(releaseId, failure, version, at) {
      const reason = JSON.stringify(failure);
      const refWaits = sql`(ref_state = 'requested' or awaited_release_id is not null)`;
      const currentWaits = sql`(run_state = 'requested' or (run_state = 'none' and image is null))`;
      const changes = {
        run_state: sql<CaptureState>`case when ${currentWaits} then 'failed' else run_state end`,
        run_failure: sql<string | null>`case when ${currentWaits} then ${reason} else run_failure end`,
        ref_state: sql<CaptureState>`case when ${refWaits} then 'failed' else ref_state end`,
        ref_failure: sql<string | null>`case when ${refWaits} then ${reason} else ref_failure end`,
        diff_failed: sql<Flag>`case when status = 'needs_diff' then 1 else diff_failed end`,
        diff_failure: sql<
          string | null
        >`case when status = 'needs_diff' then ${reason} else diff_failure end`,
        awaited_release_id: null,
        awaited_until: null,
        status: 'failed',
        // One that was given to the image before says nothing about the failure.
        verdict: 'none',
        verdict_by: null,
        verdict_at: null,
        verdict_source: null,
        verdict_note: null,
        approvals: null,
        origin_run_id: null,
        origin_decision_id: null,
        version,
        facts_version: version,
        updated_at: at,
      } as const;
      return updateUntilNoneIsLeft(connection, 'runs', {
        key: 'id',
        where: sql<boolean>`release_id = ${releaseId} and status in (${sql.join(pending)})`,
        set: changes,
      });
    },
  };
}
