import { AppError } from '../../base/errors.ts';
import { shardName } from '../../domain/releases/shards.ts';
import type { RunShard, ShardNumber, ShardState } from '../../domain/releases/shards.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Minimum interval between recorded signs of life of a shard. */
const newsMs = 30_000;

export interface RunInShard {
  shard: RunShard | null;
  /** The run is from before its shard ran again, and makes way for the new one. */
  isReplaced: boolean;
}

/**
 * Finds the shard that a run belongs to.
 *
 * @param before the run of that name
 * @param said the shard that sends it; undefined: a worker's result, or a release of one job
 * @throws AppError `conflict` when another shard has a run of that name; `invalid_argument` when it must be said
 * which shard
 */
export async function runInShard(
  deps: Deps,
  tx: Transaction,
  release: Release,
  { name, before, said }: { name: string; before: Run | null; said: ShardNumber | undefined },
): Promise<RunInShard> {
  const { shards: sharded } = release;
  if (sharded === null) {
    if (said === undefined) return { shard: null, isReplaced: false };
    throw refused(
      `Release "${release.name}" number ${release.number} has no shards: send shard with create_release first.`,
    );
  }
  if (said === undefined) {
    if (before !== null) return { shard: before.shard, isReplaced: false };
    throw refused(
      `Release "${release.name}" number ${release.number} has shards: say with shard which one sends the run.`,
    );
  }
  const states = new Map((await tx.shards.list(release.id)).map((state) => [state.index, state]));
  const state = states.get(said.index);
  const isOwn = before?.shard?.index === said.index;
  if (before !== null && !isOwn) refuseTwice(release, states, { name, before, said });
  if (state === undefined || state.doneAt !== null) {
    if (isOwn && before.shard!.attempt === state?.attempt) return { shard: before.shard, isReplaced: false };
    const what = shardName(said.index, sharded.total);
    throw new AppError(
      'conflict',
      `Run ${JSON.stringify(name)} is refused: ${what} ${state === undefined ? 'has not begun' : 'is done'}. Call create_release with it first.`,
      { details: { parameter: 'shard' } },
    );
  }
  const now = deps.clock.now();
  if (state.lastNewsAt <= now - newsMs) await tx.shards.noteNews(release.id, said.index, now);
  const shard = { index: said.index, attempt: state.attempt };
  return { shard, isReplaced: before !== null && !(isOwn && before.shard!.attempt === state.attempt) };
}

/** @throws AppError `conflict`, unless the other shard runs again and has not sent the run since */
function refuseTwice(
  release: Release,
  states: ReadonlyMap<number, ShardState>,
  { name, before, said }: { name: string; before: Run; said: ShardNumber },
): void {
  const other = before.shard;
  if (other !== null && other.attempt < (states.get(other.index)?.attempt ?? 0)) return;
  const total = release.shards!.total;
  const theirs = other === null ? 'the release itself' : shardName(other.index, total);
  throw new AppError(
    'conflict',
    `Run ${JSON.stringify(name)} comes from ${theirs} and from ${shardName(said.index, total)}. Each page belongs in one shard.`,
    { details: { parameter: 'run_name', shards: [other?.index ?? null, said.index] } },
  );
}

function refused(message: string): AppError {
  return new AppError('invalid_argument', message, { details: { parameter: 'shard' } });
}
