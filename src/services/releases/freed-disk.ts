import type { DiskFigures, UsedArtifact } from '../../ports/store/deletions.ts';
import type { Store } from '../../ports/store.ts';

const releasesAtOnce = 100;
/** So that no other request waits long for one query. */
const runsAtOnce = 50;
const usersAtOnce = 500;

/**
 * The disk that deleting releases of a build frees: artifacts that no run of another release and no other build uses. Each
 * artifact is judged once, however many of the releases use it.
 */
export async function freedBy(
  store: Store,
  buildId: number,
  releases: readonly { id: number }[],
): Promise<DiskFigures> {
  const leaving = new Set(releases.map(({ id }) => id));
  const judged = new Set<string>();
  const freed: DiskFigures = { artifacts: 0, bytes: 0 };
  for await (const used of artifactsUsed(store, buildId, [...leaving])) {
    if (judged.has(used.sha1)) continue;
    // What one run uses does not come again.
    if (used.firstRunId !== used.lastRunId) judged.add(used.sha1);
    if (!(await usedOnlyBy(store, buildId, leaving, used))) continue;
    freed.artifacts++;
    freed.bytes += used.size;
  }
  return freed;
}

async function* artifactsUsed(
  store: Store,
  buildId: number,
  releaseIds: readonly number[],
): AsyncGenerator<UsedArtifact> {
  for await (const some of fewRuns(store, releaseIds)) {
    for (let afterRunId = 0; ;) {
      const place = { buildId, releaseIds: some, afterRunId };
      const used = await store.read((tx) => tx.deletions.usedBy(place, runsAtOnce));
      if (used === null) break;
      yield* used.artifacts;
      afterRunId = used.lastRunId;
    }
  }
}

/** Releases together that have few runs, so that thousands of small ones take few queries; a large one alone. */
async function* fewRuns(store: Store, releaseIds: readonly number[]): AsyncGenerator<number[]> {
  for (let start = 0; start < releaseIds.length; start += releasesAtOnce) {
    const some = releaseIds.slice(start, start + releasesAtOnce);
    const counts = await store.read((tx) => tx.deletions.countRuns(some));
    let together: number[] = [];
    let runs = 0;
    for (const [releaseId, count] of counts) {
      if (together.length > 0 && runs + count > runsAtOnce) {
        yield together;
        together = [];
        runs = 0;
      }
      together.push(releaseId);
      runs += count;
    }
    if (together.length > 0) yield together;
  }
}

/** The newest run is looked at first: what other releases use too is mostly used by the newest. */
async function usedOnlyBy(
  store: Store,
  buildId: number,
  leaving: ReadonlySet<number>,
  { sha1, firstRunId, lastRunId, lastReleaseId }: UsedArtifact,
): Promise<boolean> {
  if (!leaving.has(lastReleaseId)) return false;
  for (let belowRunId = lastRunId; belowRunId > firstRunId;) {
    const place = { buildId, sha1, belowRunId };
    const users = await store.read((tx) => tx.deletions.usersOf(place, usersAtOnce));
    if (users.some(({ releaseId }) => !leaving.has(releaseId))) return false;
    // The uses were dropped meanwhile.
    if (users.length === 0) break;
    belowRunId = users.at(-1)!.runId;
  }
  return true;
}
