import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { ReleaseKey } from '../../ports/store/releases.ts';
import type { Store, Transaction } from '../../ports/store.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';

/** A release, locked, and its run of a name; null: there is none. */
export interface FoundRun {
  release: Release | null;
  run: Run | null;
}

const maxKnown = 1_000;

/** Ids of the releases that were locked last. The release may be gone, or another one may have its name. */
const knownIds = new WeakMap<Store, Map<string, number>>();

export function keyOf({ buildId, releaseName, releaseNumber }: ReleaseName): string {
  return `${buildId} ${releaseNumber} ${releaseName}`;
}

/**
 * Locks the releases of calls and finds the runs that they name.
 *
 * @param waits for releases that are locked; false: those are null
 * @returns in the order of the calls
 */
export async function lockRuns(
  { store }: Pick<Deps, 'store'>,
  tx: Transaction,
  calls: readonly (ReleaseName & { runName: string })[],
  waits: boolean,
): Promise<FoundRun[]> {
  const known = knownIds.get(store) ?? new Map<string, number>();
  knownIds.set(store, known);
  const find = async (id: number | undefined, name: string) => ({
    id,
    run: id === undefined ? null : await tx.runs.find(id, name),
  });
  const locking = lockReleases(tx, calls, waits);
  // Not after it: on PostgreSQL they are sent behind the locks, and found as they are once these are held.
  const finding = calls.map((call) => find(known.get(keyOf(call)), call.runName));
  const [releases, ...found] = await Promise.all([locking, ...finding]);
  const runs = await Promise.all(
    calls.map(async (call, index) => {
      const release = releases.get(keyOf(call));
      const isFound = release === undefined || found[index]!.id === release.id;
      return isFound ? found[index]! : find(release.id, call.runName);
    }),
  );
  for (const [key, { id }] of releases) {
    known.delete(key);
    known.set(key, id);
  }
  for (const key of known.keys()) {
    if (known.size <= maxKnown) break;
    known.delete(key);
  }
  return calls.map((call, index) => {
    const release = releases.get(keyOf(call)) ?? null;
    return { release, run: release && runs[index]!.run };
  });
}

async function lockReleases(
  tx: Transaction,
  calls: readonly ReleaseName[],
  waits: boolean,
): Promise<Map<string, Release>> {
  const named = [...new Map(calls.map((call) => [keyOf(call), call])).values()];
  const keys = named.map(({ buildId, releaseName: name, releaseNumber: number }): ReleaseKey => ({
    buildId,
    name,
    number,
  }));
  const found = await (waits ? tx.releases.lockMany(keys) : tx.releases.lockFree(keys));
  return new Map(
    found.map((release) => [
      keyOf({ buildId: release.buildId, releaseName: release.name, releaseNumber: release.number }),
      release,
    ]),
  );
}
