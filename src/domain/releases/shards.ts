/** A release that several jobs send together, each a part of it. */

import { AppError } from '../../base/errors.ts';

/** Most shards of a release. */
export const maxShards = 1_000;

/** Which part of a release a job sends. */
export interface ShardNumber {
  /** 1-based. */
  index: number;
  /** Null: the job does not know. */
  total: number | null;
}

/** What a release knows about its shards as a whole. */
export interface ShardedRelease {
  /** What all its jobs have in common, and no other release has. */
  id: string;
  /** Null: not known yet. */
  total: number | null;
  /** Why it cannot be finished: `shard 3 of 5 never reported`. */
  fault: string | null;
}

export interface ShardState {
  index: number;
  /** 1 for the first time that the job reports, 2 when it runs again … */
  attempt: number;
  startedAt: number;
  lastNewsAt: number;
  /** Null: it still reports. */
  doneAt: number | null;
}

/** The part of a release that a run came with. */
export interface RunShard {
  index: number;
  /** That of the shard when it sent the run. */
  attempt: number;
}

/** @returns null for anything but `2/5` and `2/?` */
export function parseShard(text: string): ShardNumber | null {
  const match = /^([1-9]\d{0,3})\/(\?|[1-9]\d{0,3})$/.exec(text);
  if (match === null) return null;
  const index = Number(match[1]);
  const total = match[2] === '?' ? null : Number(match[2]);
  return index <= (total ?? maxShards) && (total ?? 1) <= maxShards ? { index, total } : null;
}

/** For text that was checked before. */
export function shardOf(text: string | undefined): ShardNumber | undefined {
  return text === undefined ? undefined : (parseShard(text) ?? undefined);
}

/** `shard 2 of 5`, `shard 2` */
export function shardName(index: number, total: number | null): string {
  return total === null ? `shard ${index}` : `shard ${index} of ${total}`;
}

/**
 * The total of a release once one more job has said what it knows; a job that does not know contradicts none.
 *
 * @throws AppError `conflict` when two jobs say different totals
 */
export function agreedTotal(
  known: number | null,
  shard: ShardNumber,
  shards: readonly ShardState[],
): number | null {
  // Finalized before this one came: the total is open again.
  if (shard.total === null) return known !== null && shard.index > known ? null : known;
  if (known !== null && known !== shard.total) {
    throw new AppError(
      'conflict',
      `This release has ${known} shards, and this job says ${shard.total}. All jobs with one shard id must say the same.`,
      { details: { parameter: 'shard', total: known } },
    );
  }
  const highest = Math.max(0, ...shards.map(({ index }) => index));
  if (highest > shard.total) {
    throw new AppError(
      'conflict',
      `Shard ${highest} has reported to this release, and this job says that there are ${shard.total}. All jobs with one shard id must say the same.`,
      { details: { parameter: 'shard', total: highest } },
    );
  }
  return shard.total;
}

/** Shards that are not done, in order. Where the total is not known: those that began. */
export function openShards(total: number | null, shards: readonly ShardState[]): number[] {
  if (total === null) {
    return shards
      .filter(({ doneAt }) => doneAt === null)
      .map(({ index }) => index)
      .sort((one, other) => one - other);
  }
  const done = new Set(shards.filter(({ doneAt }) => doneAt !== null).map(({ index }) => index));
  return Array.from({ length: total }, (_, at) => at + 1).filter((index) => !done.has(index));
}

/** Whether every shard has reported everything. */
export function areShardsDone(total: number | null, shards: readonly ShardState[]): boolean {
  return total !== null && openShards(total, shards).length === 0;
}

/** Numbers that a fault names; more are only counted. */
const maxNamed = 5;

/** What is amiss with a release whose jobs have been silent for long, in words. */
export function faultOf(total: number | null, shards: readonly ShardState[]): string {
  const open = openShards(total, shards);
  if (open.length === 0) return 'no job said that all shards have reported (dpxdt finalize)';
  const named = open.slice(0, maxNamed).map(String);
  const more = open.length - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])];
  const last = list.pop()!;
  const numbers = list.length === 0 ? last : `${list.join(', ')} and ${last}`;
  return `shard${open.length === 1 ? '' : 's'} ${numbers}${total === null ? '' : ` of ${total}`} never reported`;
}
