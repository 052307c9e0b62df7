/** The shipped configurations of nginx and Caddy, in front of two servers on one PostgreSQL that are restarted one after the other. */
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { caddy, nginx, versionOf, type ProxyKind } from '../support/proxies.ts';
import { pixelPng } from '../support/png-writer.ts';
import { newFolder, startServerProcess, type ServerProcess } from '../support/running-server.ts';
import { watchStream } from '../support/several-servers.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { freePort } from '../support/free-port.ts';

vi.setConfig({ testTimeout: 300_000 });

interface Answer {
  status: number;
  body: string;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  onData?: (text: string) => void;
  signal?: AbortSignal;
}

/** Through the proxy, whose certificate is signed by no one. */
function ask(url: string, { body, onData, ...options }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        onData?.(piece);
      });
      response.once('end', () => resolve({ status: response.statusCode!, body: text })).once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function uploadOf(bytes: Uint8Array): Sent {
  const form = [
    '--b\r\nContent-Disposition: form-data; name="build_id"\r\n\r\n1\r\n',
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n',
  ];
  return {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: Buffer.concat([Buffer.from(form.join('')), bytes, Buffer.from('\r\n--b--\r\n')]),
  };
}

async function withTwoServers(
  kind: ProxyKind,
  work: (world: {
    url: string;
    servers: ServerProcess[];
    restart: (index: number) => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const folder = newFolder();
  const databaseUrl = await createPostgresDatabase();
  const ports = [await freePort(), await freePort()];
  const start = (index: number) =>
    startServerProcess(
      folder,
      [
        ...['--workers', '0', '--host', '127.0.0.1', '--port', String(ports[index])],
        ...['--database-url', databaseUrl],
      ],
      {
        DPXDT_CACHE_DIR: join(folder, `cache-${index}`),
        DPXDT_TRUSTED_PROXIES: '127.0.0.1',
        DPXDT_DRAIN_SECONDS: '4',
      },
    );
  const servers = [await start(0), await start(1)];
  const proxy = await kind.start(ports.map((port) => `127.0.0.1:${port}`));
  try {
    await work({
      url: proxy.url,
      servers,
      restart: async (index) => {
        servers[index]!.process.kill('SIGTERM');
        expect((await servers[index]!.result).status).toBe(0);
        servers[index] = await start(index);
        // As an operator waits, until the proxy has seen it.
        const { url: address } = servers[index];
        const metrics = async () => (await fetch(`${address}/metrics`)).text();
        while (!(await metrics()).includes('route="/api/upload"')) await sleep(50);
      },
    });
  } finally {
    await proxy.stop();
  }
}

describe.each([
  { kind: nginx, version: versionOf('nginx', '-v') },
  { kind: caddy, version: versionOf('caddy', 'version') },
])('$kind.name as shipped', ({ kind, version }) => {
  const isReady = version !== null && storeKinds.includes('postgres');
  const missing = version === null ? `${kind.name} is not installed` : 'PostgreSQL is not installed';

  it('no request fails while one server after the other is restarted', async (context) => {
    if (!isReady) return context.skip(missing);
    await withTwoServers(kind, async ({ url, restart }) => {
      const failures: string[] = [];
      let answered = 0;
      let isOver = false;
      const caller = async (name: number) => {
        for (let number = 0; !isOver; number += 1) {
          const calls = {
            read: ask(`${url}/api/v1/builds/1/releases`),
            upload: ask(`${url}/api/upload`, uploadOf(pixelPng(`${name} ${number}`))),
          };
          for (const [call, outcome] of Object.entries(calls)) {
            const { status, body } = await outcome.catch((error: Error) => ({
              status: 0,
              body: error.message,
            }));
            if (status === 200) answered += 1;
            else failures.push(`${call}: ${status} ${body.slice(0, 200)}`);
          }
        }
      };
      const callers = [1, 2, 3, 4].map(caller);
      for (const index of [0, 1]) await restart(index);
      isOver = true;
      await Promise.all(callers);
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(100);
    });
  });

  it('P2: a server that is killed during a release loses nothing that was acknowledged', async (context) => {
    if (!isReady) return context.skip(missing);
    await withTwoServers(kind, async ({ url, servers }) => {
      const [mortal, steady] = servers as [ServerProcess, ServerProcess];
      const release = { buildId: 1, releaseName: 'r', releaseNumber: 1 };
      await steady.client.createRelease({ buildId: 1, releaseName: 'r' });
      const seen = await watchStream(steady.url, release);
      const uploads = new Set<string>();
      const reported = new Map<string, string>();
      const form = (fields: Record<string, string>): Sent => ({
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(new URLSearchParams(fields).toString()),
      });
      let isOver = false;
      const caller = async (name: number) => {
        for (let number = 0; !isOver; number += 1) {
          const sent = await ask(`${url}/api/upload`, uploadOf(pixelPng(`${name} ${number}`))).catch(
            () => null,
          );
          if (sent?.status !== 200) continue;
          const { sha1sum } = JSON.parse(sent.body) as { sha1sum: string };
          uploads.add(sha1sum);
          const run = `/${name}/${number}`;
          const place = { build_id: '1', release_name: 'r', release_number: '1' };
          const answer = await ask(
            `${url}/api/report_run`,
            form({ ...place, run_name: run, image: sha1sum }),
          ).catch(() => null);
          if (answer?.status === 200) reported.set(run, sha1sum);
        }
      };
      const callers = [1, 2, 3, 4].map(caller);
      while (reported.size < 20) await sleep(10);
      mortal.process.kill('SIGKILL');
      await mortal.result;
      const before = reported.size;
      while (reported.size < before + 20) await sleep(10);
      isOver = true;
      await Promise.all(callers);
      await steady.client.runsDone(release);
      const decided = await ask(
        `${url}/api/v1/builds/1/release/decision`,
        form({ release_name: 'r', release_number: '1', decision: 'good' }),
      );
      expect(decided).toMatchObject({ status: 200 });
      const { release: after, runs } = await steady.client.listRuns(release);
      expect(after.status).toBe('good');
      await seen.received(after.version);
      expect(runs.name).toEqual(expect.arrayContaining([...reported.keys()]));
      for (const sha1sum of uploads) await (await steady.client.download({ buildId: 1, sha1sum })).bytes();
    });
  });

  it('live changes arrive piece by piece, and the largest uploads pass', async (context) => {
    if (!isReady) return context.skip(missing);
    await withTwoServers(kind, async ({ url, servers }) => {
      const { client } = servers[0]!;
      const { releaseNumber } = await client.createRelease({ buildId: 1, releaseName: 'r' });
      const release = { buildId: 1, releaseName: 'r', releaseNumber };
      let received = '';
      const stop = new AbortController();
      const stream = ask(`${url}/api/v1/builds/1/changes?release_name=r&release_number=${releaseNumber}`, {
        signal: stop.signal,
        onData: (text) => (received += text),
      }).catch(() => null);
      await expect.poll(() => received.length).toBeGreaterThan(0);
      const before = received.length;
      await client.reportRun({ ...release, runName: 'home', url: 'http://example.org/' });
      // The answer has not ended: this piece was passed on alone.
      await expect.poll(() => received.length).toBeGreaterThan(before);
      stop.abort();
      await stream;

      const mebibyte = 1_048_576;
      const largest = pixelPng('x'.repeat(128 * mebibyte - 200));
      expect(largest.length).toBeLessThanOrEqual(128 * mebibyte);
      const answer = await ask(`${url}/api/upload`, uploadOf(largest));
      expect(answer).toMatchObject({ status: 200 });
      const beyond = await ask(`${url}/api/upload`, uploadOf(Buffer.alloc(140 * mebibyte))).catch(() => null);
      expect([413, undefined]).toContain(beyond?.status);
    });
  });
});
