import type { Principal } from '../../domain/people/access.ts';
import type { Activity } from '../../domain/people/activity.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { listActivity, type ListActivityInput } from './list-activity.ts';

export interface NamedActivity {
  /** Newest first. */
  activity: Activity[];
  /** Runs and releases named by the entries. */
  releases: Pick<Release, 'id' | 'name' | 'number'>[];
  runs: Pick<Run, 'id' | 'name'>[];
}

/** The activity log with the names of its subjects. */
export async function listNamedActivity(
  deps: Deps,
  principal: Principal,
  input: ListActivityInput,
): Promise<NamedActivity> {
  const activity = await listActivity(deps, principal, input);
  return deps.store.read(async (tx) => ({
    activity,
    releases: await tx.releases.findMany(idsOf(activity, 'releaseId')),
    runs: await runsOf(tx, activity),
  }));
}

/** One read per release: a page of the log covers few of them. */
async function runsOf(tx: Transaction, activity: readonly Activity[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const releaseId of idsOf(activity, 'releaseId')) {
    const ids = idsOf(
      activity.filter((entry) => entry.releaseId === releaseId),
      'runId',
    );
    if (ids.length > 0) runs.push(...(await tx.runs.findMany(releaseId, ids)));
  }
  return runs;
}

function idsOf(activity: readonly Activity[], field: 'releaseId' | 'runId'): number[] {
  return [...new Set(activity.map((entry) => entry[field]).filter((id) => id !== null))];
}
