import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { allOperations } from './support/samples.ts';
import { answered } from './support/send.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
/** What the database does to those who ask. */
let failure: Error | null = null;

/** The real store, until the test makes it fail. */
function failing(store: Store): Store {
  const orFail = async <T>(work: () => Promise<T>): Promise<T> => {
    if (failure !== null) throw failure;
    return work();
  };
  return {
    transaction: (work) => orFail(() => store.transaction(work)),
    read: (work) => orFail(() => store.read(work)),
    readLatest: (work) => orFail(() => store.readLatest(work)),
    health: async () => (failure === null ? store.health() : 'unavailable'),
    close: () => store.close(),
  };
}

beforeAll(async () => {
  server = await startServer({ wrapStore: failing });
});
afterAll(() => server.close());

const get = async (path: string, headers: Record<string, string> = basic(server.superKey)) =>
  answered(await fetch(server.url + path, { headers }));

describe('health', () => {
  it('is told to anyone', async () => {
    expect(await get('/healthz', {})).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await get('/readyz', {})).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('D30: without a database, calls get 503 and Retry-After, and recover by themselves', async () => {
    failure = new AppError('unavailable', 'The database cannot be reached.');
    const refused = await get('/api/v1/builds');
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const ready = await get('/readyz', {});
    expect(ready.status).toBe(503);
    expect(ready.headers.get('retry-after')).not.toBeNull();
    expect((await get('/healthz', {})).status).toBe(200);
    failure = null;
    expect((await get('/api/v1/builds')).status).toBe(200);
    expect((await get('/readyz', {})).status).toBe(200);
  });

  it('what nobody expected is 500 with the request id, and its cause only in the log', async () => {
    failure = new Error('SELECT secret FROM keys failed at /srv/app/store.ts');
    server.clock.advance(1_001);
    const { status, body } = await get('/api/v1/builds');
    failure = null;
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/SELECT|store\.ts|Error/);
    const line = server.log.findLast(({ message }) => message === 'request failed');
    expect(line?.fields).toMatchObject({ requestId: body['request_id'] });
    expect(JSON.stringify(line)).toContain('SELECT secret');
  });
});

describe('metrics', () => {
  it('are for superusers', async () => {
    expect((await get('/metrics', {})).status).toBe(401);
    expect((await get('/metrics', basic(server.keyA))).status).toBe(403);
  });

  it('D30: say that the database is away, to a superuser key that was right before', async () => {
    expect((await get('/metrics')).status).toBe(200);
    expect((await get('/metrics', basic(server.keyA))).status).toBe(403);
    failure = new AppError('unavailable', 'The database cannot be reached.');
    server.clock.advance(3_600_000);
    const { status, body } = await get('/metrics');
    const wrong = await get('/metrics', basic({ ...server.superKey, keySecret: 'wrong' }));
    const others = await get('/metrics', basic(server.keyA));
    const elsewhere = await get('/api/v1/builds');
    failure = null;
    expect(status).toBe(200);
    expect(body['text']).toContain('\ndpxdt_database_up 0\n');
    expect(body['text']).not.toMatch(/\ndpxdt_(queue|artifact)/);
    expect(wrong.status).not.toBe(200);
    expect(others.status).toBe(403);
    expect(elsewhere.status).toBe(503);
  });

  it('count requests, queues, tasks, runs and storage', async () => {
    const client = server.client();
    const release = { buildId: server.buildA, releaseName: 'm', releaseNumber: 1 };
    await client.createRelease(release);
    await client.requestRun({ ...release, url: 'https://site.example/1' });
    await client.requestRun({ ...release, url: 'https://site.example/2' });
    await client.requestRun({
      ...release,
      url: 'https://site.example/3',
      config: { workerLabel: 'vpn' },
    });
    const content = new TextEncoder().encode('12345');
    const { sha1sum } = await client.upload({ buildId: server.buildA, content, fileName: 'a' });
    const { tasks } = await client.leaseTasks({ queueName: 'capture' });
    const leaseId = tasks[0]!.leaseId!;
    await client.reportRun({ ...release, runName: '/1', image: sha1sum, leaseId });
    await client.reportRun({ ...release, runName: '/x', runFailed: true });
    const text = (await get('/metrics')).body['text'] as string;
    for (const line of [
      'dpxdt_queue_tasks{queue="capture",state="waiting"} 1',
      'dpxdt_queue_tasks{queue="capture",label="vpn",state="waiting"} 1',
      'dpxdt_worker_asked_timestamp_seconds{queue="capture",label="vpn"} 0',
      'dpxdt_database_up 1',
      'dpxdt_task_seconds_count{queue="capture"} 1',
      'dpxdt_run_reports_total{status="no_diff_needed",reason="none"} 1',
      'dpxdt_run_reports_total{status="failed",reason="reported"} 1',
      'dpxdt_http_request_seconds_count{route="/api/report_run",method="POST",status="200"} 2',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/dpxdt_artifacts \d/);
    expect(text).toMatch(/dpxdt_artifact_bytes \d/);
    expect(text).toMatch(/dpxdt_queue_oldest_seconds\{queue="capture"\} \d/);
    expect(text).toMatch(/dpxdt_queue_oldest_seconds\{queue="capture",label="vpn"\} \d/);
  });
});

describe('the description of the API', () => {
  interface Document {
    openapi: string;
    paths: Record<
      string,
      Record<string, { operationId: string; requestBody?: unknown; parameters: unknown[] }>
    >;
  }

  it('has every operation', async () => {
    const document = (await get('/api/openapi.json')).body as unknown as Document;
    expect(document.openapi).toBe('3.1.0');
    for (const operation of allOperations) {
      const described = document.paths[operation.path]?.[operation.method.toLowerCase()];
      expect(described?.operationId, operation.name).toBe(operation.name);
    }
    expect(JSON.stringify(document.paths['/api/upload'])).toContain('"format":"binary"');
    expect(JSON.stringify(document.paths['/api/request_run'])).toContain('viewportSize');
  });

  it('is shown as a page without script', async () => {
    const { status, headers, body } = await get('/api/reference');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
    for (const { path } of allOperations) expect(body['text']).toContain(path);
    expect(body['text']).not.toContain('<script');
  });
});

describe('pages', () => {
  it('are one shell without data, which anyone may have', async () => {
    const addresses = ['/', '/release?id=1&name=x&number=1', '/api/work_queue', '/api/work_queue/capture'];
    const headersOfBrowser = { accept: 'text/html,*/*;q=0.8' };
    const answers = await Promise.all(addresses.map((address) => get(address, headersOfBrowser)));
    for (const { status, body, headers } of answers) {
      expect(status).toBe(200);
      expect(body['text']).toBe(answers[0]!.body['text']);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe-inline');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('of the work queue are JSON to programs, and only superusers get it', async () => {
    await server.client().addTask({ queueName: 'shown', taskId: 't', payload: '{}' });
    for (const path of ['/api/work_queue', '/api/work_queue/shown?status=live']) {
      expect((await get(path, {})).status, path).toBe(401);
      const refused = await get(path, basic(server.keyA));
      expect([refused.status, refused.body['code']]).toEqual([403, 'role_required']);
    }
    const { body: overview } = await get('/api/work_queue', basic(server.superKey));
    expect(overview['queues']).toContainEqual(expect.objectContaining({ queue: 'shown', waiting: 1 }));
    const { body: queue } = await get('/api/work_queue/shown?status=live', basic(server.superKey));
    expect(queue['tasks']).toEqual([expect.objectContaining({ id: 't', status: 'live' })]);
    expect((await get('/api/work_queue/shown?status=odd', basic(server.superKey))).status).toBe(400);
  });

  it('load files that keep their name for good, compressed beforehand', async () => {
    const { body } = await get('/', {});
    const script = /src="(\/static\/app\/assets\/review-[^"]+\.js)"/.exec(body['text'] as string)![1]!;
    const answer = await fetch(`${server.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('content-type')).toMatch(/javascript/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    await answer.arrayBuffer();
    const byModule = await get(script, { origin: 'http://another-name.example' });
    expect(byModule.status).toBe(200);
    expect((await get('/api/v1/session', { origin: 'http://another-name.example' })).status).toBe(403);
  });

  it.each(['..%2f..%2fpackage.json', '../../package.json', 'nothing.js', '%00', '.'])(
    'do not reach out of their folder with %s',
    async (path) => {
      expect((await get(`/static/app/assets/${path}`, {})).status).toBeGreaterThanOrEqual(400);
    },
  );

  it('answer 404 to a browser in the words of the UI, to programs as JSON', async () => {
    const shown = await get('/nothing/here', { accept: 'text/html,*/*' });
    expect([shown.status, shown.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    const told = await get('/nothing/here');
    expect([told.status, told.body['code']]).toEqual([404, 'not_found']);
    expect((await get('/api/nothing', { accept: 'text/html' })).body['code']).toBe('unauthenticated');
  });

  it('ask in their own words for a login: no password window for a script', async () => {
    const script = await get('/api/v1/builds/1/keys', { 'x-requested-with': 'XMLHttpRequest' });
    expect([script.status, script.headers.get('www-authenticate')]).toEqual([401, null]);
    const program = await get('/api/v1/builds/1/keys', {});
    expect([program.status, program.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="dpxdt", charset="UTF-8"',
    ]);
  });

  it.each(['index.html', 'dummy_page1.html', 'dummy_page2.html'])(
    'dummy/%s is served to anyone',
    async (name) => {
      const { status, body } = await get(`/static/dummy/${name}`, {});
      expect(status).toBe(200);
      expect(body['text']).toContain('id="foobar"');
    },
  );
});

describe('the log', () => {
  it('has one line per request, with its id, and no secrets', async () => {
    const before = server.log.length;
    const path = `/api/download?build_id=${server.buildA}&sha1sum=${'a'.repeat(40)}`;
    const response = await fetch(server.url + path, { headers: basic(server.keyA) });
    const id = response.headers.get('x-request-id');
    await response.text();
    await expect
      .poll(() => server.log.slice(before).filter(({ message }) => message === 'request').length)
      .toBe(1);
    const line = server.log.slice(before).find(({ message }) => message === 'request')!;
    expect(line.fields).toMatchObject({
      requestId: id,
      method: 'GET',
      path: '/api/download',
      status: 404,
      code: 'artifact_not_found',
      keyId: server.keyA.keyId,
    });
    const all = JSON.stringify(server.log);
    for (const { keySecret } of [server.keyA, server.keyB, server.superKey])
      expect(all).not.toContain(keySecret);
  });
});

describe('stopping', () => {
  it('answers what is at work, ends waiting leases and streams, and takes nothing new', async () => {
    const other = await startServer();
    const client = other.client();
    await client.createRelease({ buildId: other.buildA, releaseName: 'r' });
    const lease = client.leaseTasks({ queueName: 'idle', waitSeconds: 60 });
    const stream = client.watchRelease({ buildId: other.buildA, releaseName: 'r', releaseNumber: 1 });
    const end = stream.next();
    await expect
      .poll(async () => {
        const { text } = (
          await answered(await fetch(`${other.url}/metrics`, { headers: basic(other.superKey) }))
        ).body;
        return (text as string).includes('route="/api/v1/builds/:build_id/changes"');
      })
      .toBe(false);
    await other.close();
    expect((await lease).tasks).toEqual([]);
    expect((await end).done).toBe(true);
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
  });
});

describe('addresses that others see', () => {
  it('are those of the setting, whatever the Host header says', async () => {
    const client = server.client();
    await client.createRelease({ buildId: server.buildA, releaseName: 'host' });
    const response = await server.app.fastify.inject({
      method: 'POST',
      url: '/api/runs_done',
      headers: {
        ...basic(server.superKey),
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'content-type': 'application/json',
      },
      payload: { build_id: server.buildA, release_name: 'host', release_number: 1 },
    });
    expect(response.json<{ results_url: string }>().results_url).toMatch(
      /^https:\/\/depicted\.example\/release\?/,
    );
  });
});

it('a server that stops says so first, still answers, and closes each connection after its answer', async () => {
  const leaving = await startServer();
  try {
    await leaving.app.drain();
    const ready = await fetch(`${leaving.url}/readyz`);
    expect(await ready.json()).toEqual({ status: 'stopping' });
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${leaving.url}/healthz`)).status).toBe(200);
    const builds = await fetch(`${leaving.url}/api/v1/builds`, { headers: basic(leaving.superKey) });
    expect([builds.status, builds.headers.get('connection')]).toEqual([200, 'close']);
  } finally {
    await leaving.close();
  }
});
