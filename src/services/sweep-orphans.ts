import type { Deps } from './deps.ts';

const batch = 200;

/**
 * Removes blobs that belong to no artifact: their upload died, or lost its database, between file and row.
 *
 * @param olderThan by the storage's time; a younger blob may belong to an upload whose row is still to come
 * @returns how many
 */
export async function sweepOrphans({ store, blobs }: Deps, olderThan: number): Promise<number> {
  let removed = 0;

  async function check(digests: readonly string[]): Promise<void> {
    const orphans = await store.read(async (tx) => {
      const found: string[] = [];
      for (const sha1 of digests) if ((await tx.artifacts.find(sha1)) === null) found.push(sha1);
      return found;
    });
    for (const sha1 of orphans) if (await blobs.deleteOlder(sha1, olderThan)) removed++;
  }

  let digests: string[] = [];
  for await (const { sha1, modifiedAt } of blobs.list()) {
    if (modifiedAt >= olderThan) continue;
    if (digests.push(sha1) < batch) continue;
    await check(digests);
    digests = [];
  }
  await check(digests);
  return removed;
}
