import type { BaselineRepository } from '../../ports/store/baselines.ts';
import type { Connection } from './connection.ts';
import { isOfKeptRelease } from './kept-rows.ts';

type BaselineUses = Pick<BaselineRepository, 'usedBy' | 'takenOverFrom'>;

/** What was compared with what, and whose verdict counts where. */
export function baselineUses({ db }: Connection): BaselineUses {
  return {
    async usedBy(releaseId) {
      return db
        .selectFrom('runs')
        .innerJoin('runs as baselines', 'baselines.id', 'runs.baseline_run_id')
        .select((eb) => ['baselines.release_id as releaseId', eb.fn.countAll<number>().as('runs')])
        .where('runs.release_id', '=', releaseId)
        .groupBy('baselines.release_id')
        .orderBy('runs', 'desc')
        .orderBy('releaseId', 'desc')
        .execute();
    },
    async takenOverFrom(runId, limit) {
      return db
        .selectFrom('runs')
        .select(['id as runId', 'name', 'release_id as releaseId', 'verdict'])
        .where('origin_run_id', '=', runId)
        .where('origin_run_id', 'is not', null)
        .where(isOfKeptRelease)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
    },
  };
}
