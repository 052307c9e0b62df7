/** What a shared server captures: the quick check in its API, and its worker's egress proxy. */

import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { openAdmin } from '../../src/compose/admin.ts';
import { startServer, type RunningServer } from '../../src/compose/server.ts';
import { servePages, type PageServer } from '../support/page-server.ts';

/** On an address that the operator allows. */
let site: PageServer;
/** On one that he does not. */
let canary: PageServer;
let folder: string;
let server: RunningServer;
let client: DepictedClient;
let release: { buildId: number; releaseName: string; releaseNumber: number };

beforeAll(async () => {
  canary = await servePages({ '/': 'secret' });
  site = await servePages(
    {
      '/ok': '<p>fine</p>',
      '/redirect': (_request, response) => response.writeHead(302, { location: `${canary.origin}/` }).end(),
      '/metadata': (_request, response) =>
        response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
      '/to-file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      '/itself': (_request, response) =>
        response.writeHead(302, { location: `${serverAt('127.0.0.2')}/healthz` }).end(),
    },
    { host: '127.0.0.2' },
  );
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-policy-'));
  const admin = await openAdmin({ dataFolder: folder, databaseUrl: null });
  const { buildId } = await admin.createBuild('Shop');
  const key = await admin.createKey({ buildId, purpose: 'test' });
  await admin.close();
  server = await startServer({
    host: '0.0.0.0',
    port: 0,
    authentication: null,
    publicUrl: 'https://dpxdt.example.org',
    dataFolder: folder,
    databaseUrl: null,
    durability: 'relaxed',
    maxImageBytes: 2 ** 27,
    maxArtifactBytes: 2 ** 24,
    workers: 2,
    leaseSeconds: 60,
    browserPath: null,
    firefoxPath: null,
    browserSandbox: 'off',
    trustedProxies: [],
    captureAllow: ['127.0.0.2'],
    secretKey: null,
    smtpUrl: null,
    mailFrom: null,
    logLevel: 'error',
    version: 'test',
  });
  client = new DepictedClient({ server: server.url, keyId: key.keyId, keySecret: key.secret });
  const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r' });
  release = { buildId, releaseName: 'r', releaseNumber };
});
afterAll(async () => {
  await server.stop();
  await Promise.all([site.close(), canary.close()]);
  await rm(folder, { recursive: true, force: true });
});

const serverAt = (host: string) => `http://${host}:${new URL(server.url).port}`;

describe('D18: the API of a server for others, in its default mode', () => {
  test.each([
    'http://127.0.0.1/',
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'http://127.0.0.3/',
    'http://[::ffff:127.0.0.1]/',
    'http://metadata.google.internal/',
  ])('refuses %s, as page, baseline and target', async (url) => {
    for (const asked of [{ url }, { url: site.url('/ok'), refUrl: url, refConfig: {} }]) {
      await expect(client.requestRun({ ...release, ...asked })).rejects.toMatchObject({
        code: 'url_target_forbidden',
        details: { httpStatus: 403 },
      });
    }
  });

  test('names no port, no service and no difference between what listens and what does not', async () => {
    const sentence = async (url: string) =>
      client.requestRun({ ...release, url }).then(
        () => 'taken',
        (error: Error) => error.message,
      );
    expect(await sentence(`${canary.origin}/`)).toBe(await sentence('http://127.0.0.1:1/'));
  });
});

/** A run's status and failure once it is over. */
async function captured(runName: string, url: string) {
  await client.requestRun({ ...release, runName, url, config: { timeoutMs: 20_000, quietTimeoutMs: 500 } });
  for (;;) {
    const { run } = await client.runDetail({ ...release, runName });
    if (run.status !== 'data_pending') return { status: run.status, reason: run.current.failure?.reason };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('the worker of a server for others', () => {
  test('D18: captures what the operator allows', async () => {
    expect(await captured('ok', site.url('/ok'))).toEqual({ status: 'no_diff_needed', reason: undefined });
  });

  test.each([
    ['D19, T6: a redirect to an address that is not allowed', '/redirect', 'egress_blocked'],
    ['T3: a redirect to a metadata service', '/metadata', 'egress_blocked'],
    ['T8: a redirect to a file', '/to-file', 'url_not_allowed'],
    ['the server itself, at an address that is allowed', '/itself', 'egress_blocked'],
  ])('%s', async (_what, path, reason) => {
    expect(await captured(path, site.url(path))).toEqual({ status: 'failed', reason });
    expect(canary.seen).toEqual([]);
  });

  test('T4: a name that stands for a private address passes the API and fails as a run', async (context) => {
    const { address } = await lookup(hostname()).catch(() => ({ address: '' }));
    context.skip(
      !/^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(address),
      'this machine has a public name',
    );
    const url = `http://${hostname()}:${new URL(canary.origin).port}/`;
    expect(await captured('by name', url)).toEqual({ status: 'failed', reason: 'egress_blocked' });
    expect(canary.seen).toEqual([]);
  });
});
