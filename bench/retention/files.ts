/** Files that belong to nothing: as an artifact's file does once no run uses it and its row was dropped. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Deps } from '../../src/services/deps.ts';
import { joinStore } from '../../src/services/upkeep/join-store.ts';

const weekSeconds = 7 * 86_400;

/** A folder of such files, as old as a sweep wants them, that belongs to the database. */
export async function orphanedFiles(deps: Deps, folder: string, count: number): Promise<Blobs> {
  const ids = nodeIds();
  const blobs = await openFileBlobs(folder);
  await joinStore({ ...deps, blobs, ids }, { databaseName: 'the benchmark', mode: 'adopt' });
  const old = Date.now() / 1_000 - weekSeconds;
  for (let index = 0; index < count; index++) {
    const content = Buffer.from(String(index));
    const sha1 = ids.sha1(content);
    const prefix = join(folder, sha1.slice(0, 2));
    mkdirSync(prefix, { recursive: true });
    const path = join(prefix, sha1);
    writeFileSync(path, content);
    utimesSync(path, old, old);
  }
  return blobs;
}
