import type { ArtifactUse, DiskFigures } from '../../ports/store/deletions.ts';
import type { Store } from '../../ports/store.ts';
import { runsInSlices } from './runs-in-slices.ts';

const artifactsAtOnce = 100;
/** So that no other request waits long for one query. */
const usersAtOnce = 1_000;

/** All its users from `runId` on leave; it has older ones. */
type Shared = Pick<ArtifactUse, 'sha1' | 'size' | 'runId'>;

/**
 * The disk that deleting releases of a build frees: artifacts that no run of another release and no other build uses.
 *
 * Each artifact is judged once, where its newest run is met: if that run stays, so does the artifact. Where older runs use it
 * too, they are asked for from the newest on, because what other releases use is mostly used by the newest; those of many
 * artifacts together.
 */
export async function freedBy(
  store: Pick<Store, 'read'>,
  buildId: number,
  releases: readonly { id: number }[],
): Promise<DiskFigures> {
  const leaving = new Set(releases.map(({ id }) => id));
  const freed: DiskFigures = { artifacts: 0, bytes: 0 };
  const free = ({ size }: { size: number }) => {
    freed.artifacts++;
    freed.bytes += size;
  };
  const waiting: Shared[] = [];
  const judgeSome = async () => {
    const some = waiting.splice(0, artifactsAtOnce);
    const limit = Math.floor(usersAtOnce / some.length);
    const users = await store.read((tx) => tx.deletions.usersOf(buildId, some, limit));
    const bySha1 = Map.groupBy(users, ({ sha1 }) => sha1);
    for (const artifact of some) {
      const earlier = bySha1.get(artifact.sha1) ?? [];
      if (earlier.some(({ releaseId }) => !leaving.has(releaseId))) continue;
      if (earlier.length < limit) free(artifact);
      else waiting.push({ ...artifact, runId: Math.min(...earlier.map(({ runId }) => runId)) });
    }
  };
  for await (const runIds of runsInSlices(store, [...leaving])) {
    for (const artifact of await store.read((tx) => tx.deletions.usedLast(buildId, runIds))) {
      if (artifact.isShared) waiting.push(artifact);
      else free(artifact);
    }
    while (waiting.length >= artifactsAtOnce) await judgeSome();
  }
  while (waiting.length > 0) await judgeSome();
  return freed;
}
