import { capitalized } from '../../base/capitalized.ts';
import { AppError } from '../../base/errors.ts';
import { areShardsDone, shardName } from '../../domain/releases/shards.ts';
import type { ShardNumber } from '../../domain/releases/shards.ts';
import { isDecided, releaseStep } from '../../domain/releases/release-lifecycle.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { chooseAgain } from '../baselines/choose-again.ts';
import { noteMissing } from '../baselines/note-missing.ts';
import type { Deps } from '../deps.ts';
import { changeRelease } from '../releases/change-release.ts';
import { touchRelease } from '../releases/touch-release.ts';

/**
 * Notes that a shard has reported everything. Runs that it had sent before it ran again, and not since, go away. The last
 * shard of a release starts its processing.
 *
 * @throws AppError `conflict` when the shard never began
 */
export async function closeShard(
  deps: Deps,
  tx: Transaction,
  release: Release,
  { index }: ShardNumber,
  actor: string,
): Promise<Release> {
  if (isDecided(release.status)) releaseStep(release, 'runs_done');
  const shard = (await tx.shards.list(release.id)).find((one) => one.index === index);
  if (shard === undefined) {
    const name = shardName(index, release.shards!.total);
    throw new AppError('conflict', `${capitalized(name)} has not begun: call create_release with it first.`, {
      details: { parameter: 'shard' },
    });
  }
  if (shard.doneAt !== null) return release;
  const now = deps.clock.now();
  await tx.shards.save(release.id, { ...shard, lastNewsAt: now, doneAt: now });
  await deleteRuns(deps, tx, release, await tx.shards.replacedRunIds(release.id, shard));
  const changes = { shards: { ...release.shards!, fault: null } };
  return processIfDone(deps, tx, await touchRelease(deps, tx, release, { changes, actor }), actor);
}

/** Starts the processing of a receiving release whose shards are all done. */
export async function processIfDone(
  deps: Deps,
  tx: Transaction,
  release: Release,
  actor: string,
): Promise<Release> {
  const shards = await tx.shards.list(release.id);
  if (release.status !== 'receiving' || !areShardsDone(release.shards!.total, shards)) return release;
  await noteMissing(deps, tx, release);
  return changeRelease(deps, tx, release, 'runs_done', { actor });
}

async function deleteRuns(
  deps: Deps,
  tx: Transaction,
  release: Release,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const tasks = [...(await tx.tasks.liveOfRuns(ids)).values()].flat();
  if (tasks.length > 0) await tx.tasks.endMany(tasks, 'canceled', deps.clock.now());
  const compared = await tx.shards.comparedWith(ids);
  await tx.shards.deleteRuns(release.id, ids, deps.clock.now());
  await chooseAgain(deps, tx, compared);
}
