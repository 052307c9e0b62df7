import type { Store } from '../../ports/store.ts';

const releasesAtOnce = 100;
/** So that no other request waits long for one query that asks more of each run. */
const runsAtOnce = 200;
const idsAtOnce = 2_000;

type Reads = Pick<Store, 'read'>;

/** Releases together that have few runs, so that thousands of small ones take few queries; a large one alone. */
export async function* releasesInSlices(
  store: Reads,
  releaseIds: readonly number[],
  maxRuns = runsAtOnce,
): AsyncGenerator<{ releaseIds: number[]; runs: number }> {
  for (let start = 0; start < releaseIds.length; start += releasesAtOnce) {
    const some = releaseIds.slice(start, start + releasesAtOnce);
    const counts = await store.read((tx) => tx.deletions.countRuns(some));
    let slice: number[] = [];
    let runs = 0;
    for (const releaseId of some) {
      const count = counts.get(releaseId) ?? 0;
      if (slice.length > 0 && runs + count > maxRuns) {
        yield { releaseIds: slice, runs };
        slice = [];
        runs = 0;
      }
      slice.push(releaseId);
      runs += count;
    }
    yield { releaseIds: slice, runs };
  }
}

/** The ids of the runs of releases, at most 200 at a time. Runs that come meanwhile may be missing. */
export async function* runsInSlices(
  store: Reads,
  releaseIds: readonly number[],
): AsyncGenerator<readonly number[]> {
  for await (const slice of releasesInSlices(store, releaseIds, idsAtOnce)) {
    let left = slice.runs;
    for (let afterRunId = 0; left > 0;) {
      const place = { releaseIds: slice.releaseIds, afterRunId };
      const runIds = await store.read((tx) => tx.deletions.runIds(place, idsAtOnce));
      const last = runIds.at(-1);
      // The others were deleted meanwhile.
      if (last === undefined) break;
      for (let start = 0; start < runIds.length; start += runsAtOnce) {
        yield runIds.slice(start, start + runsAtOnce);
      }
      afterRunId = last;
      left -= runIds.length;
    }
  }
}
