import { artifactsOf, unusedKeptMs } from '../../domain/artifacts/unused-artifacts.ts';
import type { Deps } from '../deps.ts';

/** A server value: `complete`, or since when the uses of artifacts are recorded, epoch milliseconds. */
const valueName = 'artifact_uses';
const complete = 'complete';
const runsAtOnce = 200;

/**
 * Adds the uses of artifacts that servers of a version before did not record: during a rolling update, they serve requests beside
 * the new ones for a while. Done once, a day after the first call.
 *
 * @returns whether all uses are known, so that artifacts without one may go
 */
export async function completeArtifactUses(
  deps: Pick<Deps, 'store' | 'clock'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { store, clock } = deps;
  const since = await store.read((tx) => tx.serverValues.find(valueName));
  if (since === complete) return true;
  if (since === null) {
    await store.transaction((tx) => tx.serverValues.agree(valueName, String(clock.now())));
    return false;
  }
  if (clock.now() < Number(since) + unusedKeptMs) return false;
  for (let afterId = 0; ;) {
    if (signal?.aborted === true) return false;
    const last = await store.transaction(async (tx) => {
      const runs = await tx.runs.page(afterId, runsAtOnce);
      const uses = runs.flatMap((run) =>
        [...artifactsOf(run)].map((sha1) => ({ buildId: run.buildId, sha1, runId: run.id })),
      );
      await tx.artifactUses.add(uses);
      return runs.at(-1)?.id;
    });
    if (last === undefined) break;
    afterId = last;
  }
  await store.transaction((tx) => tx.serverValues.set(valueName, complete));
  return true;
}
