/** A run that the job of its shard sends again. Pure. */

import type { RunShard } from '../releases/shards.ts';
import type { EarlierVerdict } from './verdict.ts';
import type { Run } from './run.ts';
import { newRun } from './run-request.ts';

/** The run as if it were new; its id stays, and so does what was said about its image, in case it is the same again. */
export function restartedRun(before: Run, shard: RunShard, now: number): Run {
  const fresh = newRun({ ...before, now });
  return {
    ...fresh,
    id: before.id,
    createdAt: before.createdAt,
    current: { ...fresh.current, requests: before.current.requests },
    ref: { ...fresh.ref, requests: before.ref.requests },
    diff: { ...fresh.diff, requests: before.diff.requests },
    shard,
    earlierVerdict: verdictOf(before) ?? before.earlierVerdict,
  };
}

function verdictOf({
  verdict,
  verdictBy,
  verdictAt,
  verdictOrigin,
  current,
  pixelsSha256,
}: Run): EarlierVerdict | null {
  if (verdict === 'none' || current.image === null) return null;
  return { image: current.image, pixelsSha256, verdict, verdictBy, verdictAt, verdictOrigin };
}

/** What was said about the same image before; null: nothing. */
export function verdictOnSameImage({ earlierVerdict, current, pixelsSha256 }: Run): EarlierVerdict | null {
  if (earlierVerdict === null) return null;
  const isSame =
    earlierVerdict.image === current.image ||
    (pixelsSha256 !== null && earlierVerdict.pixelsSha256 === pixelsSha256);
  return isSame ? earlierVerdict : null;
}
