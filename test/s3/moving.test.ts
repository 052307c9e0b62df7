/** Artifacts that were copied from a folder into a bucket, and back, by any tool. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, inject, it } from 'vitest';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { openStorage } from '../../src/compose/storage.ts';
import type { S3Options } from '../../src/compose/blobs.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { newFolder } from '../support/running-server.ts';
import { s3Keys } from '../support/s3.ts';
import { chunked, noS3Server, openBucket, readAll } from './blobs-world.ts';

const root = { kind: 'local' } as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function open(dataFolder: string, s3: S3Options | null) {
  return openStorage({
    dataFolder,
    s3,
    databaseUrl: null,
    durability: 'relaxed',
    vault: createAesVault('a secret that only tests know, and nobody else'),
    maxImageBytes: 100_000,
    maxArtifactBytes: 100_000,
    logger: silent,
  });
}

it('P46: artifacts copied into a bucket, and back, belong to their database', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const folder = newFolder();
  const files = join(folder, 'artifacts');
  const inFolder = await open(folder, null);
  const { id: buildId } = await createBuild(inFolder.core, root, { name: 'Shop' });
  const keep = async ({ core }: typeof inFolder, text: string) =>
    (await upload(core, root, { buildId, fileName: 'a.txt', content: chunked(Buffer.from(text)) })).sha1sum;
  const read = async ({ core }: typeof inFolder, sha1sum: string) =>
    (await readAll(await (await download(core, root, { buildId, sha1sum })).open())).toString();
  const first = await keep(inFolder, 'first');
  await keep(inFolder, 'second');
  await inFolder.close();

  const { client, bucket } = await openBucket({ prefix: 'moved/' });
  const s3: S3Options = {
    ...s3Keys,
    bucket,
    prefix: 'moved',
    endpoint: inject('s3Endpoint'),
    region: 'us-east-1',
    style: null,
  };
  await expect(open(folder, s3), 'before the copy').rejects.toThrow(/are not in s3:\/\/.*, which is empty/);
  for (const entry of readdirSync(files, { recursive: true, encoding: 'utf8' })) {
    const path = join(files, entry);
    if (/^(tmp|trash)/.test(entry) || statSync(path).isDirectory()) continue;
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await client.put(`moved/${relative(files, path)}`, {
      size: bytes.byteLength,
      sha256,
      read: () => [bytes],
    });
  }
  rmSync(files, { recursive: true });

  const inBucket = await open(folder, s3);
  expect(await read(inBucket, first)).toBe('first');
  const third = await keep(inBucket, 'third');
  expect((await fsck(inBucket.core, root)).problems).toEqual([]);
  await inBucket.close();
  expect(existsSync(files)).toBe(false);

  for await (const page of client.list('moved/')) {
    for (const { key } of page) {
      const path = join(files, relative('moved', key));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, (await client.get(key))!);
    }
  }
  const back = await open(folder, null);
  expect([await read(back, first), await read(back, third)]).toEqual(['first', 'third']);
  expect((await fsck(back.core, root)).problems).toEqual([]);
  await back.close();
});
