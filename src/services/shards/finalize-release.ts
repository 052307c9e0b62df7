import { AppError } from '../../base/errors.ts';
import { actorOf, requireBuildUse } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkName } from '../../domain/names.ts';
import { noteEvent } from '../events/note-event.ts';
import { areShardsDone, faultOf, openShards } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import { findBuildToUse } from '../builds/find-build.ts';
import { ownRelease } from '../builds/own-release.ts';
import type { Deps } from '../deps.ts';
import { touchRelease } from '../releases/touch-release.ts';
import { processIfDone } from './close-shard.ts';

/**
 * Notes that no more shards come. Where the total was not known, it is the highest shard that began. If one of them never
 * began and none still reports, the release has a fault at once.
 *
 * @throws AppError `not_found` when no release has that shard id
 */
export async function finalizeRelease(
  deps: Deps,
  principal: Principal,
  { buildId, shardId }: { buildId: number; shardId: string },
): Promise<Release> {
  checkName('shard_id', shardId);
  requireBuildUse(principal, buildId);
  const actor = actorOf(principal);
  return deps.store.transaction(async (tx) => {
    await findBuildToUse(tx, principal, buildId);
    const release = await tx.shards.lockRelease(buildId, shardId);
    if (release === null || release.shards === null) {
      throw new AppError(
        'not_found',
        `Build ${buildId} has no release with shard id ${JSON.stringify(shardId)}: none of its shards has begun.`,
        { details: { parameter: 'shard_id' } },
      );
    }
    await ownRelease(tx, principal, release);
    if (release.status !== 'receiving') return release;
    const shards = await tx.shards.list(release.id);
    const total = release.shards.total ?? Math.max(...shards.map(({ index }) => index));
    const begun = new Set(shards.map(({ index }) => index));
    const isStuck =
      !areShardsDone(total, shards) && openShards(total, shards).every((index) => !begun.has(index));
    const fault = isStuck ? faultOf(total, shards) : null;
    const isKnown = total === release.shards.total && fault === release.shards.fault;
    const changes = { shards: { ...release.shards, total, fault } };
    const after = isKnown ? release : await touchRelease(deps, tx, release, { changes, actor });
    if (fault !== null && !isKnown) await noteEvent(deps, tx, after, { type: 'release.failed', actor });
    return processIfDone(deps, tx, after, actor);
  });
}
