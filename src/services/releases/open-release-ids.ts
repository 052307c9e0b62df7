import type { Store } from '../../ports/store.ts';

const atOnce = 100;

/** The ids of a build's open releases, in ascending order. Those that open meanwhile may be missing. */
export async function* openReleaseIds(store: Pick<Store, 'read'>, buildId: number): AsyncGenerator<number> {
  for (let afterId = 0; ;) {
    const ids = await store.read((tx) => tx.deletions.openIds(buildId, afterId, atOnce));
    const last = ids.at(-1);
    if (last === undefined) return;
    yield* ids;
    afterId = last;
  }
}
