import { AppError } from '../../base/errors.ts';
import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ShardNumber } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import { noteMissing } from '../baselines/note-missing.ts';
import { changeRelease } from './change-release.ts';
import type { Deps } from '../deps.ts';
import { lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { closeShard } from '../shards/close-shard.ts';

export interface RunsDoneResult {
  release: Release;
  resultsUrl: string;
}

/** Marks a release, or one shard of it, as fully reported; it is ready for review once no run is waiting. */
export async function runsDone(
  deps: Deps,
  principal: Principal,
  input: ReleaseName & { shard?: ShardNumber | undefined },
): Promise<RunsDoneResult> {
  const release = await deps.store.transaction(async (tx) => {
    const locked = await lockReleaseToUse(tx, principal, input);
    const { shard } = input;
    if ((locked.shards === null) !== (shard === undefined)) {
      const named = `Release "${locked.name}" number ${locked.number}`;
      throw new AppError(
        'invalid_argument',
        shard === undefined
          ? `${named} has shards: say with shard which one is done.`
          : `${named} has no shards. Leave shard out.`,
        { details: { parameter: 'shard' } },
      );
    }
    if (shard !== undefined) return closeShard(deps, tx, locked, shard, actorOf(principal));
    if (locked.status === 'receiving') await noteMissing(deps, tx, locked);
    return changeRelease(deps, tx, locked, 'runs_done', { actor: actorOf(principal) });
  });
  return { release, resultsUrl: resultsUrl(deps, release) };
}

type Addressed = Pick<Release, 'buildId' | 'name' | 'number'>;

/** Address of a release's page. */
export function resultsUrl({ settings }: Pick<Deps, 'settings'>, release: Addressed): string {
  return `${settings.publicUrl}/release?${queryOf(release).toString()}`;
}

/** Address of the page of one of its runs. */
export function runUrl({ settings }: Pick<Deps, 'settings'>, release: Addressed, runName: string): string {
  const query = queryOf(release);
  query.set('test', runName);
  return `${settings.publicUrl}/run?${query.toString()}`;
}

function queryOf({ buildId, name, number }: Addressed): URLSearchParams {
  return new URLSearchParams({ id: String(buildId), name, number: String(number) });
}
