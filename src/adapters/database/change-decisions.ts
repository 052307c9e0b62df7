import type { Selectable } from 'kysely';
import type { ChangeDecision } from '../../domain/changes/decided-changes.ts';
import type { CaptureDetails } from '../../domain/capture/capture-details.ts';
import type { ChangeRepository, JudgedChange, StoredChangeDecision } from '../../ports/store/changes.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { isOfKeptRelease } from './kept-rows.ts';
import { placeColumns, toPlaced } from './placed-rows.ts';
import { json } from './rows.ts';
import type { ChangeDecisionsTable } from './schema-runs.ts';
import { inBatches, insertMany, isOneOf } from './sets.ts';

type ChangeDecisions = Pick<
  ChangeRepository,
  | 'live'
  | 'liveOnGroups'
  | 'decide'
  | 'ofOperation'
  | 'repeating'
  | 'carriedFrom'
  | 'undo'
  | 'withdraw'
  | 'judged'
  | 'judgedInGroups'
>;

/** What was decided about changes. */
export function changeDecisions(connection: Connection): ChangeDecisions {
  const { db } = connection;
  const liveOf = (releaseId: number) =>
    db
      .selectFrom('change_decisions')
      .selectAll()
      .where('release_id', '=', releaseId)
      .where('undone_at', 'is', null);
  return {
    async live(releaseId, of) {
      if (of === undefined) return (await liveOf(releaseId).execute()).map(toDecision);
      const { runId, fingerprints } = of;
      if (runId === undefined) {
        const rows = await liveOf(releaseId)
          .where(isOneOf(connection, 'fingerprint', fingerprints))
          .execute();
        return rows.map(toDecision);
      }
      const rows = await liveOf(releaseId)
        .where(isOneOf(connection, 'fingerprint', [...fingerprints, '']))
        .where((eb) => eb.or([eb('run_id', 'is', null), eb('run_id', '=', runId)]))
        .execute();
      return rows.map(toDecision);
    },
    async liveOnGroups(releaseId) {
      const rows = await liveOf(releaseId)
        .where((eb) => eb.or([eb('run_id', 'is', null), eb('verdict', 'in', ['excepted', 'none'])]))
        .execute();
      return rows.map(toDecision);
    },
    async decide(decisions) {
      const rows = decisions.map((decision) => ({
        build_id: decision.buildId,
        release_id: decision.releaseId,
        fingerprint: decision.fingerprint,
        run_id: decision.runId,
        verdict: decision.verdict,
        actor: decision.actor,
        at: decision.at,
        note: decision.note,
        version: decision.version,
        seen_run_id: decision.seenRunId,
        origin_decision_id: decision.originDecisionId,
        origin_run_id: decision.originRunId,
        operation_id: decision.operationId,
      }));
      await insertMany(connection, 'change_decisions', rows);
    },
    async ofOperation(buildId, operationId) {
      const rows = await db
        .selectFrom('change_decisions')
        .selectAll()
        .where('operation_id', '=', operationId)
        .where('build_id', '=', buildId)
        .orderBy('id')
        .execute();
      return rows.map(toStored);
    },
    async repeating(decisionIds, runIds) {
      const found = new Map<number, StoredChangeDecision>();
      for (const [column, ids] of [
        ['origin_decision_id', decisionIds],
        ['origin_run_id', runIds],
      ] as const) {
        await inBatches(connection, ids, async (batch) => {
          const rows = await db
            .selectFrom('change_decisions')
            .selectAll()
            .where(column, 'is not', null)
            .where(isOneOf(connection, column, batch))
            .where('undone_at', 'is', null)
            .execute();
          for (const row of rows) found.set(row.id, toStored(row));
        });
      }
      return [...found.values()];
    },
    async carriedFrom(runIds) {
      const found: { runId: number; releaseId: number }[] = [];
      await inBatches(connection, runIds, async (batch) => {
        const rows = await db
          .selectFrom('runs')
          .select(['id as runId', 'release_id as releaseId'])
          .where('origin_run_id', 'is not', null)
          .where(isOneOf(connection, 'origin_run_id', batch))
          .where('verdict', '<>', literal('none'))
          .where(isOfKeptRelease)
          .execute();
        found.push(...rows);
      });
      return found;
    },
    undo: (decisionIds, actor, at) => undoWhere('id', decisionIds, actor, at),
    withdraw: (runIds, actor, at) => undoWhere('run_id', runIds, actor, at),
    async judged(buildId, name, fingerprints) {
      const rows = await db
        .selectFrom('change_decisions as d')
        .innerJoin('releases', 'releases.id', 'd.release_id')
        .innerJoin('runs', (join) =>
          join.onRef('runs.release_id', '=', 'd.release_id').on('runs.name', '=', name),
        )
        .select([...placeColumns])
        .select(['d.id as decision_id', 'd.fingerprint', 'd.verdict', 'd.actor', 'd.at'])
        .select(['runs.id as run_id', 'runs.capture_facts'])
        .where('d.build_id', '=', buildId)
        .where(isOneOf(connection, 'd.fingerprint', fingerprints))
        .where('d.undone_at', 'is', null)
        .where('d.origin_run_id', 'is', null)
        .where('d.verdict', 'in', ['approved', 'rejected'])
        .where('releases.deleted_at', 'is', null)
        .where((eb) =>
          eb.or([
            eb('d.run_id', '=', eb.ref('runs.id')),
            eb.and([
              eb('d.run_id', 'is', null),
              eb.exists(
                eb
                  .selectFrom('run_changes as c')
                  .select('c.n')
                  .whereRef('c.run_id', '=', 'runs.id')
                  .whereRef('c.fingerprint', '=', 'd.fingerprint')
                  .where('c.is_first', 'is not', null),
              ),
              eb.not(
                eb.exists(
                  eb
                    .selectFrom('change_decisions as e')
                    .select('e.id')
                    .whereRef('e.run_id', '=', 'runs.id')
                    .whereRef('e.fingerprint', '=', 'd.fingerprint')
                    .whereRef('e.operation_id', '=', 'd.operation_id')
                    .where('e.verdict', '=', 'excepted'),
                ),
              ),
            ]),
          ]),
        )
        .execute();
      return rows.map((row): JudgedChange => ({
        decisionId: row.decision_id,
        fingerprint: row.fingerprint,
        verdict: row.verdict as JudgedChange['verdict'],
        actor: row.actor,
        at: row.at,
        runId: row.run_id,
        release: toPlaced(row),
        browserVersion: json<CaptureDetails>(row.capture_facts)?.browserVersion ?? null,
      }));
    },
    async judgedInGroups(buildId, fingerprints) {
      const rows = await db
        .selectFrom('change_decisions as d')
        .innerJoin('releases', 'releases.id', 'd.release_id')
        .select([...placeColumns])
        .select(['d.id as decision_id', 'd.fingerprint', 'd.verdict', 'd.actor', 'd.at'])
        .where('d.build_id', '=', buildId)
        .where(isOneOf(connection, 'd.fingerprint', fingerprints))
        .where('d.run_id', 'is', null)
        .where('d.undone_at', 'is', null)
        .where('d.origin_run_id', 'is', null)
        .where('d.verdict', 'in', ['approved', 'rejected'])
        .where('releases.deleted_at', 'is', null)
        .execute();
      return rows.map((row) => ({
        decisionId: row.decision_id,
        fingerprint: row.fingerprint,
        verdict: row.verdict as JudgedChange['verdict'],
        actor: row.actor,
        at: row.at,
        release: toPlaced(row),
      }));
    },
  };

  async function undoWhere(
    column: 'id' | 'run_id',
    ids: readonly number[],
    actor: string,
    at: number,
  ): Promise<void> {
    await inBatches(connection, ids, async (batch) => {
      await db
        .updateTable('change_decisions')
        .set({ undone_by: actor, undone_at: at })
        // The index of runs leaves out decisions on groups.
        .where(column, 'is not', null)
        .where(isOneOf(connection, column, batch))
        .where('undone_at', 'is', null)
        .execute();
    });
  }
}

function toDecision(row: Selectable<ChangeDecisionsTable>): ChangeDecision {
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    runId: row.run_id,
    verdict: row.verdict,
    actor: row.actor,
    at: row.at,
    operationId: row.operation_id,
    originDecisionId: row.origin_decision_id,
    originRunId: row.origin_run_id,
  };
}

function toStored(row: Selectable<ChangeDecisionsTable>): StoredChangeDecision {
  return {
    ...toDecision(row),
    buildId: row.build_id,
    releaseId: row.release_id,
    note: row.note,
    version: row.version,
    seenRunId: row.seen_run_id,
    undoneAt: row.undone_at,
  };
}
