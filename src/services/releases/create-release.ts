import { AppError } from '../../base/errors.ts';
import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import { supersededNote } from '../../domain/baselines/superseded.ts';
import { checkName, checkShownUrl } from '../../domain/names.ts';
import type { ShardNumber } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import { changeRelease } from './change-release.ts';
import { originOf } from '../baselines/release-origin.ts';
import type { ToldOrigin } from '../baselines/release-origin.ts';
import type { Deps } from '../deps.ts';
import { pointDeliveries } from '../forges/note-deliveries.ts';
import { newShard, startShard } from '../shards/start-shard.ts';
import { ownRelease, requireOwnOrigin } from '../builds/own-release.ts';
import { findBuildToUse } from '../builds/find-build.ts';

export interface CreateReleaseInput extends ToldOrigin {
  buildId: number;
  releaseName: string;
  url?: string | undefined;
  branch?: string | undefined;
  commit?: string | undefined;
  /** Page of the CI run; http or https. */
  ciUrl?: string | undefined;
  /** Which part of the release the caller sends; together with `shardId`. */
  shard?: ShardNumber | undefined;
  shardId?: string | undefined;
}

/**
 * Creates and numbers a new attempt of a name. Earlier attempts that are still receiving or processing are
 * superseded: they become bad and their live tasks end. A skipped release supersedes nothing and is good from the
 * start. The shards of one id get one release, which supersedes nothing either.
 *
 * @throws AppError `not_found` if the build has no release named by `baselineRelease`
 */
export async function createRelease(
  deps: Deps,
  principal: Principal,
  input: CreateReleaseInput,
): Promise<Release> {
  checkName('release_name', input.releaseName);
  if (input.url !== undefined) checkShownUrl('url', input.url);
  const shard = checkShard(input);
  return deps.store.transaction(async (tx) => {
    const build = await findBuildToUse(tx, principal, input.buildId);
    requireOwnOrigin(principal, input);
    await tx.builds.lock(input.buildId);
    const joined =
      shard === null ? null : await startShard(deps, tx, { ...input, ...shard, actor: actorOf(principal) });
    if (joined !== null && 'release' in joined) {
      await ownRelease(tx, principal, joined.release);
      return joined.release;
    }
    const number = 1 + (await tx.releases.highestNumber(input.buildId, input.releaseName));
    const isSkipped = input.skipReason !== undefined;
    const superseded =
      isSkipped || shard !== null ? [] : await tx.releases.lockOpenAttempts(input.buildId, input.releaseName);
    for (const earlier of superseded) {
      await changeRelease(deps, tx, earlier, 'superseded', {
        actor: actorOf(principal),
        note: supersededNote(number),
      });
    }
    const origin = await originOf(tx, input);
    const connections = await tx.forgeConnections.ofBuild(input.buildId);
    const now = deps.clock.now();
    const release = await tx.releases.insert({
      buildId: input.buildId,
      name: input.releaseName,
      number,
      url: input.url ?? null,
      branch: input.branch ?? null,
      commit: input.commit ?? null,
      ciUrl: input.ciUrl ?? null,
      status: isSkipped ? 'good' : 'receiving',
      version: 1,
      statusVersion: 1,
      commentsVersion: 0,
      createdAt: now,
      statusAt: now,
      updatedAt: now,
      decidedBy: isSkipped ? serverActor : null,
      decisionNote: isSkipped ? `skipped: ${input.skipReason}` : null,
      workerLabel: build.workerLabel,
      tellsForges: connections.length > 0,
      shards:
        shard === null ? null : { id: shard.shardId, total: joined?.total ?? shard.shard.total, fault: null },
    });
    if (origin !== null) await tx.baselines.place(release.id, origin);
    if (shard !== null) {
      const { index } = shard.shard;
      if (joined !== null) await tx.shards.copy(joined.earlierAttempt.id, release.id, index);
      await tx.shards.save(release.id, newShard(index, now));
    }
    const placed = origin === null ? release : (await tx.releases.findById(release.id))!;
    if (connections.length > 0) await pointDeliveries(deps, tx, connections, placed);
    await ownRelease(tx, principal, placed);
    return release;
  });
}

/** @returns null: one job sends the whole release */
function checkShard({
  shard,
  shardId,
  skipReason,
}: CreateReleaseInput): { shard: ShardNumber; shardId: string } | null {
  if (shard === undefined && shardId === undefined) return null;
  const refuse = (message: string, parameter: string) =>
    new AppError('invalid_argument', message, { details: { parameter } });
  if (shard === undefined || shardId === undefined) {
    const [sent, missing] = shard === undefined ? ['shard_id', 'shard'] : ['shard', 'shard_id'];
    throw refuse(`shard and shard_id come together; ${missing} is missing.`, sent);
  }
  if (skipReason !== undefined) {
    throw refuse('A release that is skipped has no shards. Send skip_reason without shard.', 'shard');
  }
  return { shard, shardId: checkName('shard_id', shardId) };
}
