import { decisionsOnParts } from '../../domain/changes/own-decisions.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { Transaction } from '../../ports/store.ts';
import { setsWithAll } from '../changes/run-sets.ts';
import { rejudgeRuns } from '../changes/rejudge-runs.ts';
import type { Rejudged } from '../changes/rejudge-runs.ts';

export interface PersonsAct {
  actor: string;
  at: number;
  operationId: string;
  note: string | null;
}

/**
 * One person's words on runs of a release whose build asks several people: kept as decisions, also for runs without
 * changes, and counted.
 *
 * @param release locked
 * @returns the runs that change; not written yet
 */
export async function judgeByPeople(
  tx: Transaction,
  release: Release,
  wanted: ReadonlyMap<number, Verdict>,
  { actor, at, operationId, note }: PersonsAct,
): Promise<Rejudged[]> {
  const ids = [...wanted.keys()];
  const sets = await setsWithAll(tx, release.id, await tx.runs.findJudged(release.id, ids));
  const place = { buildId: release.buildId, releaseId: release.id, version: release.version + 1, note };
  await tx.changes.decide(
    sets.flatMap((set) =>
      decisionsOnParts(set, wanted.get(set.runId)!, { actor, at, operationId }).map((decision) => ({
        ...decision,
        ...place,
        seenRunId: decision.runId,
      })),
    ),
  );
  const isTakenBack = (id: number) => wanted.get(id) === 'none';
  return rejudgeRuns(tx, release, ids, at, { isWithdrawn: isTakenBack, said: { operationId, note } });
}
