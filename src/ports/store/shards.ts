import type { Release } from '../../domain/releases/release.ts';
import type { ShardState } from '../../domain/releases/shards.ts';
import type { RunPlace } from './baselines.ts';

/** Releases that several jobs send together. */
export interface ShardRepository {
  /** The newest release of that shard id; locked. */
  lockRelease(buildId: number, shardId: string): Promise<Release | null>;
  /** By index. */
  list(releaseId: number): Promise<ShardState[]>;
  /** Inserts or replaces. */
  save(releaseId: number, shard: ShardState): Promise<void>;
  /** Notes that a shard was heard of. */
  noteNews(releaseId: number, index: number, now: number): Promise<void>;
  /** Receiving releases without a fault of which no shard was heard since then. */
  silentReleases(silentSince: number, limit: number): Promise<number[]>;
  /** Runs of a shard from before its present attempt. */
  replacedRunIds(releaseId: number, shard: Pick<ShardState, 'index' | 'attempt'>): Promise<number[]>;
  /** Runs of open releases whose baseline is one of these runs. */
  comparedWith(runIds: readonly number[]): Promise<RunPlace[]>;
  /** Deletes runs and what points to them; what was compared with them keeps the image. */
  deleteRuns(releaseId: number, runIds: readonly number[], now: number): Promise<void>;
  /** Gives a new attempt the shards of an earlier one and their runs, but for one shard that reports again. */
  copy(fromReleaseId: number, toReleaseId: number, exceptIndex: number): Promise<void>;
}
