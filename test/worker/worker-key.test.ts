/** T46: a worker as `dpxdt worker` makes it, with a key of a worker. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  composeWorker,
  egressOfWorker,
  type RunningWorker,
  type WorkerOptions,
} from '../../src/compose/worker.ts';
import { startServer, type Key, type TestServer } from '../api/support/server.ts';
import { plainPng } from '../support/sample-pages.ts';

let server: TestServer;
let workerKey: Key;
beforeAll(async () => {
  server = await startServer();
  const { key, secret } = await server.client().createSuperuserKey({ purpose: 'worker', worker: true });
  workerKey = { keyId: key.id, keySecret: secret };
});
afterAll(() => server.close());

function start(key: Key | null): Promise<RunningWorker> {
  const options: WorkerOptions = {
    servers: [server.url],
    keyId: key?.keyId,
    keySecret: key?.keySecret,
    captures: 0,
    diffs: 1,
    leaseSeconds: 60,
    browserPath: null,
    firefoxPath: null,
    browserSandbox: 'auto',
    egress: egressOfWorker([server.url], []),
    withoutBrowser: 'compare',
    checkKey: true,
    logger: server.core.logger,
  };
  return composeWorker(options);
}

it('T46: compares, with nothing but what its task names', async () => {
  const client = server.client(server.keyA);
  const buildId = server.buildA;
  await client.createRelease({ buildId, releaseName: 'r' });
  const release = { buildId, releaseName: 'r', releaseNumber: 1 };
  const send = async (bytes: Uint8Array, fileName: string) =>
    (await client.upload({ buildId, content: new Uint8Array(bytes), fileName })).sha1sum;
  const [image, refImage, config] = await Promise.all([
    plainPng(40, 30, '#1d4ed8').then((bytes) => send(bytes, 'a.png')),
    plainPng(40, 30, '#b91c1c').then((bytes) => send(bytes, 'b.png')),
    send(Buffer.from('{"threshold":0.5}'), 'config.json'),
  ]);
  await client.reportRun({ ...release, runName: '/', image, refImage, config });
  const worker = await start(workerKey);
  await expect
    .poll(async () => (await client.runDetail({ ...release, runName: '/' })).run.status, { timeout: 30_000 })
    .toMatch(/^(diff_found|diff_not_found)$/);
  await worker.stop();
  const { run } = await client.runDetail({ ...release, runName: '/' });
  expect(run.diff.log).toMatch(/^[0-9a-f]{40}$/);
});

it.each<[string, () => Key | null, string]>([
  ['no key', () => null, 'unauthenticated'],
  ['the key of a build', () => server.keyA, 'role_required'],
  ['a wrong secret', () => ({ ...workerKey, keySecret: 'wrong' }), 'invalid_credentials'],
])('does not start with %s', async (_what, key, code) => {
  await expect(start(key())).rejects.toMatchObject({ code });
});
