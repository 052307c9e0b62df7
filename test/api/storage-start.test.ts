import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { openStorage } from '../../src/compose/storage.ts';
import { newFolder } from '../support/running-server.ts';
import { createPostgresDatabase } from '../support/server-world.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A data folder in which a server was killed while two uploads waited for their parameters: just now, and long ago. */
function abandoned(): { folder: string; left: string[] } {
  const folder = newFolder();
  const left = ['young', 'old'].map((name) => join(folder, 'tmp', `dpxdt-upload-${name}`));
  for (const place of left) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'content'), 'half a picture');
  }
  const longAgo = Date.now() / 1_000 - 7_200;
  utimesSync(left[1]!, longAgo, longAgo);
  return { folder, left };
}

async function afterStart(databaseUrl: string | null): Promise<boolean[]> {
  const { folder, left } = abandoned();
  const storage = await openStorage({
    dataFolder: folder,
    databaseUrl,
    durability: 'relaxed',
    vault: createAesVault('a secret that only tests know, and nobody else'),
    maxImageBytes: 1,
    maxArtifactBytes: 1,
    logger: silent,
  });
  await storage.close();
  return left.map((place) => existsSync(place));
}

it('what waited when a server was killed is removed at the next start', async () => {
  expect(await afterStart(null)).toEqual([false, false]);
});

it.skipIf(inject('postgresUrl') === null)(
  'only what is old, where another server may share the folder',
  async () => {
    expect(await afterStart(await createPostgresDatabase())).toEqual([true, false]);
  },
);
