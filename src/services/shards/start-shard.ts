import { AppError } from '../../base/errors.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import { agreedTotal } from '../../domain/releases/shards.ts';
import type { ShardNumber, ShardState } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { changeRelease } from '../releases/change-release.ts';
import { touchRelease } from '../releases/touch-release.ts';

export interface StartedShard {
  buildId: number;
  releaseName: string;
  shard: ShardNumber;
  shardId: string;
  actor: string;
}

type Joined = { release: Release } | { earlierAttempt: Release; total: number | null };

export function newShard(index: number, now: number): ShardState {
  return { index, attempt: 1, startedAt: now, lastNewsAt: now, doneAt: null };
}

/**
 * Lets a shard join the release of its id. The release is open again, also where the server alone had decided about it; where
 * a person had, another attempt takes over what its other shards sent. The caller holds the build's lock.
 *
 * @returns null when no release has that id yet
 * @throws AppError `conflict` when shards of one id name different releases or totals
 */
export async function startShard(deps: Deps, tx: Transaction, started: StartedShard): Promise<Joined | null> {
  const { shard, shardId } = started;
  const release = await tx.shards.lockRelease(started.buildId, shardId);
  if (release === null || release.shards === null) return null;
  if (release.name !== started.releaseName) {
    throw new AppError(
      'conflict',
      `Shard id ${JSON.stringify(shardId)} belongs to release ${JSON.stringify(release.name)}, and this job names ` +
        `${JSON.stringify(started.releaseName)}. All jobs with one shard id must name the same release.`,
      { details: { parameter: 'release_name', release_name: release.name } },
    );
  }
  const shards = await tx.shards.list(release.id);
  const total = agreedTotal(release.shards.total, shard, shards);
  if (isDecidedByAPerson(release)) return { earlierAttempt: release, total };
  const now = deps.clock.now();
  const before = shards.find(({ index }) => index === shard.index);
  const attempt = (before?.attempt ?? 0) + 1;
  await tx.shards.save(release.id, { ...newShard(shard.index, now), attempt });
  const { actor } = started;
  const again = await changeRelease(deps, tx, release, 'shard_started', { actor });
  const changes = { shards: { id: shardId, total, fault: null } };
  return { release: await touchRelease(deps, tx, again, { changes, actor }) };
}

function isDecidedByAPerson({ status, decidedBy }: Release): boolean {
  return status === 'bad' || (status === 'good' && decidedBy !== serverActor);
}
