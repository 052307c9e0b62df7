/** A server's data that is moved or restored, and what must be true of it afterwards. */

import { expect } from 'vitest';
import { createKeyAuthenticator } from '../../src/services/builds/authenticate-key.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createKey } from '../../src/services/builds/create-key.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import type { S3Options } from '../../src/compose/blobs.ts';
import { openStorage, type Storage } from '../../src/compose/storage.ts';
import { agreeOnSecret, openVault } from '../../src/compose/vault.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { pixelPng } from './png-writer.ts';

const root = { kind: 'local' } as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const password = 'a password that is sealed';

export interface DataPlace {
  dataFolder: string;
  databaseUrl: string | null;
  s3?: S3Options | null;
}

/** Opens it as a server does. */
export async function openAsServer({ dataFolder, databaseUrl, s3 = null }: DataPlace): Promise<Storage> {
  const { vault } = await openVault(null, dataFolder);
  const storage = await openStorage({
    dataFolder,
    databaseUrl,
    s3,
    durability: 'relaxed',
    vault,
    maxImageBytes: 1_000_000,
    maxArtifactBytes: 1_000_000,
    logger: silent,
  });
  await agreeOnSecret(storage.core.store, vault);
  return storage;
}

/** What was stored, as a client knows it. */
export interface StoredData {
  buildId: number;
  images: string[];
  key: { id: string; secret: string };
  /** A capture config with a sealed password. */
  configSha1: string;
  /** A run in review. */
  runId: number;
  releaseName: string;
}

export async function storeData({ core }: Storage, images = 3): Promise<StoredData> {
  const { id: buildId } = await createBuild(core, root, { name: 'Shop' });
  const { key, secret } = await createKey(core, root, { buildId, purpose: 'CI' });
  const digests: string[] = [];
  for (let index = 0; index < images; index++) {
    const content = chunk(pixelPng(`image ${index}`));
    digests.push((await upload(core, root, { buildId, fileName: 'a.png', content })).sha1sum);
  }
  const release = await createRelease(core, root, { buildId, releaseName: 'r1' });
  const named = { buildId, releaseName: 'r1', releaseNumber: release.number };
  const { run } = await reportRun(core, root, {
    ...named,
    runName: '/new',
    image: digests[0]!,
    refImage: digests[1]!,
    diffImage: digests[2]!,
    distortion: 0.1 + 0.2,
  });
  await runsDone(core, root, named);
  const later = await createRelease(core, root, { buildId, releaseName: 'waiting' });
  const requested = await requestRun(core, root, {
    buildId,
    releaseName: 'waiting',
    releaseNumber: later.number,
    url: 'http://shop.test/login',
    config: { httpUserName: 'me', httpPassword: password },
  });
  return {
    buildId,
    images: digests,
    key: { id: key.id, secret },
    configSha1: requested.run.current.config!,
    runId: run.id,
    releaseName: 'r1',
  };
}

/** Everything can be read, the key and the secrets work, and people can continue. */
export async function expectWhole({ core }: Storage, stored: StoredData): Promise<void> {
  const { buildId, images, key, configSha1, runId, releaseName } = stored;
  const read = async (sha1sum: string) => {
    const { open } = await download(core, root, { buildId, sha1sum });
    const chunks: Uint8Array[] = [];
    for await (const bytes of await open()) chunks.push(bytes);
    return Buffer.concat(chunks);
  };
  expect(await read(images[0]!)).toEqual(Buffer.from(pixelPng('image 0')));
  for (const image of images) await read(image);
  expect((await read(configSha1)).toString()).toContain(password);
  await createKeyAuthenticator(core).authenticate(key.id, key.secret);
  const run = await core.store.read((tx) => tx.runs.findById(runId));
  expect(run!.diff.distortion).toBe(0.1 + 0.2);
  await reviewRun(core, root, {
    buildId,
    releaseName,
    releaseNumber: 1,
    runId,
    verdict: run!.verdict === 'approved' ? 'rejected' : 'approved',
    operationId: core.ids.id(),
  });
  const next = await createRelease(core, root, { buildId, releaseName: 'next' });
  expect(next.id).toBeGreaterThan(2);
  expect((await fsck(core, root)).problems).toEqual([]);
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
