/** What callers see when the disk is full, the database is away or locked, or a stored file is damaged. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { operations } from '../../src/contract/operations.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { findPostgres, startPostgres } from '../support/postgres.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { basic, startServer, type TestServer, type TestServerOptions } from './support/server.ts';
import { send } from './support/send.ts';

const root = { kind: 'local' } as const;

async function started(options: TestServerOptions): Promise<TestServer> {
  const server = await startServer(options);
  onTestFinished(() => server.close());
  return server;
}

async function health(server: TestServer, path: 'healthz' | 'readyz') {
  const response = await fetch(`${server.url}/${path}`);
  const { status } = (await response.json()) as { status: string };
  return { code: response.status, status, retryAfter: response.headers.get('retry-after') };
}

function createOne(server: TestServer, name: string) {
  return send(server, operations.createRelease, [
    ['build_id', server.buildA],
    ['release_name', name],
  ]);
}

/** A file before or after the parameters: the server takes the two in different ways. */
async function uploadTo(server: TestServer, bytes: Buffer<ArrayBuffer>, order: 'file first' | 'file last') {
  const form = new FormData();
  if (order === 'file last') form.append('build_id', String(server.buildA));
  form.append('file', new Blob([bytes]), 'a.bin');
  if (order === 'file first') form.append('build_id', String(server.buildA));
  const headers = basic(server.superKey);
  const response = await fetch(server.url + operations.upload.path, { method: 'POST', headers, body: form });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function fileOf({ folder }: TestServer, sha1: string): string {
  return join(folder, 'artifacts', sha1.slice(0, 2), sha1);
}

describe.each(storeKinds)('P20: a full disk, on %s', (kind) => {
  it('writes get 507, reads go on, health is degraded, and space heals it without a restart', async (context) => {
    const disk = mountSmallDisk(24);
    if (disk === null) return context.skip('needs the right to mount a small tmpfs');
    onTestFinished(() => disk.unmount());
    const server = await startServer({
      folder: disk.folder,
      ...(kind === 'postgres' && { databaseUrl: await createPostgresDatabase() }),
    });
    try {
      const client = server.client();
      const content = Buffer.alloc(300_000, 'kept');
      const { sha1sum } = await client.upload({ buildId: server.buildA, fileName: 'a.txt', content });
      expect(await health(server, 'healthz')).toMatchObject({ code: 200, status: 'ok' });

      disk.fill();
      for (const order of ['file first', 'file last'] as const) {
        const refused = await uploadTo(server, Buffer.alloc(2_000_000, order), order);
        expect(refused, order).toMatchObject({ status: 507, body: { code: 'storage_full' } });
      }
      expect(await server.unfinishedUploads()).toEqual([]);
      if (kind === 'sqlite') {
        let status = 200;
        for (let index = 0; status === 200 && index < 500; index++) {
          ({ status } = await createOne(server, `full ${index}`));
        }
        expect(status).toBe(507);
      }
      const bytes = await (await client.download({ buildId: server.buildA, sha1sum })).bytes();
      expect(Buffer.from(bytes).equals(content)).toBe(true);
      expect((await client.listBuilds()).builds).toHaveLength(2);
      expect(await health(server, 'healthz')).toMatchObject({ code: 200, status: 'degraded' });
      expect(await health(server, 'readyz')).toMatchObject({ code: 200, status: 'degraded' });
      // What the sweeper does all the time: a commit that changes nothing.
      await server.core.store.transaction((tx) => tx.lifeTimes.deleteBefore('tasks', 0, 1));
      expect((await health(server, 'healthz')).status).toBe('degraded');

      disk.free();
      expect((await createOne(server, 'after')).status).toBe(200);
      expect((await uploadTo(server, Buffer.alloc(2_000_000, 'after'), 'file first')).status).toBe(200);
      expect(await health(server, 'healthz')).toMatchObject({ code: 200, status: 'ok' });
      expect((await fsck(server.core, root)).problems).toEqual([]);
    } finally {
      await server.close().catch(() => undefined);
    }
  });
});

describe.runIf(storeKinds.includes('postgres'))('P21, D30: PostgreSQL goes away and comes back', () => {
  it('calls get 503 and Retry-After, never 500, and work again without a restart', async () => {
    const cluster = await startPostgres(findPostgres()!);
    onTestFinished(() => cluster.destroy());
    const server = await started({ databaseUrl: cluster.urlOf('postgres') });
    expect((await createOne(server, 'before')).status).toBe(200);
    const stopClient = new AbortController();
    const waiting = server
      .client()
      .leaseTasks({ queueName: 'capture', waitSeconds: 30 }, { signal: stopClient.signal })
      .catch((error: unknown) => error);

    cluster.stop();
    for (const path of ['/api/v1/builds', `/api/v1/queues`]) {
      const response = await fetch(server.url + path, { headers: basic(server.superKey) });
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const created = await createOne(server, 'during');
    expect(created).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(JSON.stringify(created.body)).not.toMatch(/ECONN|127\.0\.0\.1|postgres|select/i);
    const bytes = Buffer.alloc(1_000, 'during');
    for (const order of ['file first', 'file last'] as const) {
      expect((await uploadTo(server, bytes, order)).status).toBe(503);
    }
    expect(await server.unfinishedUploads()).toEqual([]);
    expect(await health(server, 'healthz')).toMatchObject({ code: 200, status: 'degraded' });
    expect(await health(server, 'readyz')).toMatchObject({
      code: 503,
      status: 'unavailable',
      retryAfter: '5',
    });

    cluster.start();
    const backAt = Date.now();
    while ((await createOne(server, 'after')).status !== 200);
    expect(Date.now() - backAt).toBeLessThan(5_000);
    expect(await health(server, 'readyz')).toMatchObject({ code: 200, status: 'ok' });
    expect((await uploadTo(server, bytes, 'file last')).status).toBe(200);
    const { releases } = await server.client().listReleases({ buildId: server.buildA });
    expect(releases.map((entry) => entry.release.name).sort()).toEqual(['after', 'before']);
    stopClient.abort();
    await waiting;
    const problems = server.log.filter(({ fields }) => fields['status'] === 500);
    expect(problems).toEqual([]);
  });
});

describe.runIf(storeKinds.includes('postgres'))('P48: the connection breaks at a commit', () => {
  it('the answer is 503 outcome_unknown with Retry-After; clients repeat what may be repeated', async () => {
    const proxy = await startCuttingProxy(await createPostgresDatabase());
    const server = await started({ databaseUrl: proxy.url });
    const client = server.client();
    const { releaseName, releaseNumber } = await client.createRelease({
      buildId: server.buildA,
      releaseName: 'r',
    });
    const place = { buildId: server.buildA, releaseName, releaseNumber };
    // Reads are transactions too: the key is known, so that the first commit is that of the call.
    proxy.cut = 'after';
    const broken = await createOne(server, 'unknown');
    expect(broken).toMatchObject({
      status: 503,
      body: { code: 'outcome_unknown', details: { retry_after: 5 } },
    });
    expect(Number(broken.headers.get('retry-after'))).toBeGreaterThan(0);
    proxy.cut = null;
    const { releases } = await client.listReleases({ buildId: server.buildA });
    expect(releases.map((entry) => entry.release.name).sort()).toEqual(['r', 'unknown']);

    proxy.cut = 'after';
    let waits = 0;
    const patient = server.client(server.superKey, {
      sleep: async () => {
        if (++waits === 2) proxy.cut = null;
      },
    });
    await patient.reportRun({ ...place, runName: '/', url: 'http://shop.test/' });
    expect(waits).toBe(2);
    const { runs } = await client.listRuns(place);
    expect(runs.name).toEqual(['/']);
    expect(server.log.filter(({ fields }) => fields['status'] === 500)).toEqual([]);
  });
});

describe('P21, D30: another program holds the SQLite file', () => {
  it('writes get 503 and Retry-After, reads do not wait for it, and both work again afterwards', async () => {
    const server = await started({});
    const shell = new DatabaseSync(join(server.folder, 'dpxdt.sqlite'));
    onTestFinished(() => void shell.close());
    shell.exec('begin immediate');
    let isAnswered = false;
    const refused = createOne(server, 'during').finally(() => (isAnswered = true));
    const read = await fetch(`${server.url}/api/v1/builds`, { headers: basic(server.superKey) });
    expect(read.status).toBe(200);
    expect(isAnswered, 'the read was answered while the write waits').toBe(false);
    expect(await refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await refused).headers.get('retry-after')).toBe('5');
    shell.exec('rollback');
    expect((await createOne(server, 'after')).status).toBe(200);
    expect(await health(server, 'readyz')).toMatchObject({ code: 200, status: 'ok' });
  });
});

describe.each(storeKinds)('P23: a damaged file, on %s', (kind) => {
  it.each([
    ['small', 2_000],
    ['large', 3_000_000],
  ])(
    'of a %s artifact is never a whole download; fsck lists it; uploading it again heals it',
    async (_size, bytes) => {
      const server = await started(
        kind === 'postgres' ? { databaseUrl: await createPostgresDatabase() } : {},
      );
      const client = server.client();
      const content = Buffer.alloc(bytes, 'content ');
      const send = async () =>
        (await client.upload({ buildId: server.buildA, fileName: 'a.txt', content })).sha1sum;
      const sha1sum = await send();
      const path = fileOf(server, sha1sum);
      const damaged = Buffer.from(content);
      damaged[bytes - 5] = 0;

      for (const damage of ['changed', 'missing'] as const) {
        if (damage === 'changed') writeFileSync(path, damaged);
        else rmSync(path);
        const got = await client
          .download({ buildId: server.buildA, sha1sum })
          .then((answer) => answer.bytes())
          .catch((error: unknown) => error);
        expect(got, damage).toBeInstanceOf(Error);
        if (bytes < 1_000_000 || damage === 'missing')
          expect(got).toMatchObject({ code: 'artifact_corrupt' });
        const { problems } = await fsck(server.core, root);
        expect(problems).toMatchObject([{ kind: 'artifact_corrupt' }]);
        expect(problems[0]!.message).toContain(sha1sum);
        const { activity } = await client.listActivity({ buildId: server.buildA });
        expect(activity.filter((entry) => entry.kind === 'artifact_corrupt')).toHaveLength(1);

        expect(await send()).toBe(sha1sum);
        expect(existsSync(path) && readFileSync(path).equals(content)).toBe(true);
        const healed = await (await client.download({ buildId: server.buildA, sha1sum })).bytes();
        expect(Buffer.from(healed).equals(content)).toBe(true);
        expect((await fsck(server.core, root)).problems).toEqual([]);
      }
    },
  );
});
