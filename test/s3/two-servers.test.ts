/** Two servers that share a database and a bucket, and no folder. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { openAdmin } from '../../src/compose/admin.ts';
import type { S3Options } from '../../src/compose/blobs.ts';
import { openStorage, type Storage } from '../../src/compose/storage.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { newFolder } from '../support/running-server.ts';
import { createPostgresDatabase } from '../support/server-world.ts';
import { s3Keys } from '../support/s3.ts';
import { chunked, newBucket, noS3Server, readAll } from './blobs-world.ts';

const root = { kind: 'local' } as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

it('P46: servers that share a bucket and PostgreSQL read each other’s artifacts; another database is refused', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  if (inject('postgresUrl') === null) return context.skip('needs PostgreSQL');
  const s3: S3Options = {
    ...s3Keys,
    bucket: await newBucket(),
    prefix: '',
    endpoint: inject('s3Endpoint'),
    region: 'us-east-1',
    style: null,
  };
  const databaseUrl = await createPostgresDatabase();
  const open = (folder: string, url = databaseUrl) =>
    openStorage({
      dataFolder: folder,
      cacheFolder: join(folder, 'cache'),
      s3,
      databaseUrl: url,
      durability: 'full',
      vault: createAesVault('a secret that only tests know, and nobody else'),
      maxImageBytes: 100_000,
      maxArtifactBytes: 100_000,
      logger: silent,
    });
  const folders = [newFolder(), newFolder()];
  const servers = await Promise.all(folders.map((folder) => open(folder)));
  try {
    const { id: buildId } = await createBuild(servers[0]!.core, root, { name: 'Shop' });
    const keep = async ({ core }: Storage, text: string) =>
      (await upload(core, root, { buildId, fileName: 'a.txt', content: chunked(Buffer.from(text)) })).sha1sum;
    const read = async ({ core }: Storage, sha1sum: string) =>
      (await readAll(await (await download(core, root, { buildId, sha1sum })).open())).toString();
    const [one, same] = await Promise.all(servers.map((server) => keep(server, 'at the same time')));
    const other = await keep(servers[1]!, 'on the other');
    expect(one).toBe(same);
    expect(await Promise.all(servers.map((server) => read(server, other)))).toEqual(
      Array(2).fill('on the other'),
    );
    expect(await read(servers[1]!, one!)).toBe('at the same time');
    expect((await fsck(servers[0]!.core, root)).problems).toEqual([]);
    expect(folders.map((folder) => existsSync(join(folder, 'artifacts')))).toEqual([false, false]);
  } finally {
    for (const server of servers) await server.close();
  }
  await expect(open(newFolder(), await createPostgresDatabase())).rejects.toThrow(
    /^The database of --database-url is empty, but s3:\/\/.* holds files of another database: correct --database-url, or start over with another DPXDT_S3_BUCKET/,
  );
  const unreachable = { ...s3, endpoint: 'http://127.0.0.1:1' };
  const admin = await openAdmin({ dataFolder: newFolder(), databaseUrl, s3: unreachable });
  expect((await admin.createBuild('Without files')).buildId).toBeGreaterThan(0);
  await admin.close();
});
