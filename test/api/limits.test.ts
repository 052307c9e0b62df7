import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { basic, startServer, type TestServer, type TestServerOptions } from './support/server.ts';
import { openRaw } from './support/raw.ts';
import { send } from './support/send.ts';
import { operations } from '../../src/contract/operations.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    http: { lingerMs: 50, maxRequestsAtWork: 20 },
    service: { maxImageBytes: 1_000_000, maxArtifactBytes: 1_000_000 },
  });
});
afterAll(() => server.close());

const authorization = (of = server) => basic(of.superKey)['authorization']!;

function head(path: string, headers: Record<string, string | number>, of = server): string {
  const lines = Object.entries({ Host: 'x', Authorization: authorization(of), ...headers });
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

async function stillAnswers(): Promise<void> {
  const { status } = await send(server, operations.findRun, [['build_id', 'x']]);
  expect(status).toBe(400);
}

describe('bodies that are too large', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

  it.each([
    ['with a length', { ...form, 'Content-Length': 10_000_000_000 }, 'x'],
    ['JSON with a length', { 'Content-Type': 'application/json', 'Content-Length': 10_000_000_000 }, '"'],
  ])('%s are refused as soon as they are over, and the connection ends', async (_what, headers, letter) => {
    const connection = openRaw(server.url);
    connection.socket.write(head('/api/find_run', headers));
    const piece = letter.repeat(100_000);
    const writing = setInterval(() => connection.socket.write(piece), 1);
    const answer = await connection.closed;
    clearInterval(writing);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"code":"too_large"');
    await stillAnswers();
  });

  it('in chunks without a length are refused, and leave no file', async () => {
    const connection = openRaw(server.url);
    connection.socket.write(
      head('/api/upload', {
        'Content-Type': 'multipart/form-data; boundary=XX',
        'Transfer-Encoding': 'chunked',
      }),
    );
    const begin = '--XX\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
    connection.socket.write(`${begin.length.toString(16)}\r\n${begin}\r\n`);
    const piece = `186a0\r\n${'x'.repeat(100_000)}\r\n`;
    const writing = setInterval(() => connection.socket.write(piece), 1);
    expect(await connection.closed).toMatch(/^HTTP\/1.1 413 /);
    clearInterval(writing);
    expect(await server.unfinishedUploads()).toEqual([]);
  });

  it('JSON of 2 MiB is refused', async () => {
    const response = await fetch(`${server.url}/api/find_run`, {
      method: 'POST',
      headers: { ...basic(server.superKey), 'content-type': 'application/json' },
      body: JSON.stringify({ build_id: 1, run_name: 'x'.repeat(2_097_152) }),
    });
    expect(response.status).toBe(413);
  });

  it.each([
    [
      'many parts',
      Array.from(
        { length: 10_000 },
        (_, part) => `--XX\r\nContent-Disposition: form-data; name="f${part}"\r\n\r\n1\r\n`,
      ).join(''),
      413,
    ],
    [
      'a huge part name',
      `--XX\r\nContent-Disposition: form-data; name="${'n'.repeat(1_000_000)}"\r\n\r\n1\r\n`,
      413,
    ],
    ['a huge header', `--XX\r\nX: ${'n'.repeat(2_000_000)}\r\n\r\n1\r\n`, 413],
  ])('of %s are refused', async (_what, parts, status) => {
    const response = await fetch(`${server.url}/api/find_run`, {
      method: 'POST',
      headers: { ...basic(server.superKey), 'content-type': 'multipart/form-data; boundary=XX' },
      body: `${parts}--XX--\r\n`,
    });
    expect(response.status).toBe(status);
  });

  it('are refused when compressed: nothing is unpacked', async () => {
    const response = await fetch(`${server.url}/api/find_run`, {
      method: 'POST',
      headers: {
        ...basic(server.superKey),
        'content-type': 'application/x-www-form-urlencoded',
        'content-encoding': 'gzip',
      },
      body: new Uint8Array([31, 139, 8, 0]),
    });
    expect(response.status).toBe(400);
  });

  it.each(['text/plain', 'text/plain;charset=application/json', 'application/xml', 'multipart/form-data'])(
    'of the type %s are refused',
    async (type) => {
      const response = await fetch(`${server.url}/api/find_run`, {
        method: 'POST',
        headers: { ...basic(server.superKey), 'content-type': type },
        body: '{"build_id":1}',
      });
      expect(response.status).toBe(400);
    },
  );
});

describe('what comes too slowly', () => {
  // Other tests do without such short limits, which a busy machine would exceed.
  const withLimits = async (http: NonNullable<TestServerOptions['http']>): Promise<TestServer> => {
    const strict = await startServer({ http });
    onTestFinished(() => strict.close());
    return strict;
  };
  const bodyLimits = { slowBodyGraceMs: 400, minBytesPerSecond: 1_000 };

  it('headers get 408', async () => {
    const { url } = await withLimits({ headersTimeoutMs: 150 });
    const connection = openRaw(url);
    connection.socket.write('POST /api/find_run HTTP/1.1\r\nHost: x\r\n');
    expect(await connection.closed).toMatch(/^HTTP\/1.1 408 /);
  });

  it('a body gets 408', async () => {
    const strict = await withLimits(bodyLimits);
    const connection = openRaw(strict.url);
    const type = 'application/x-www-form-urlencoded';
    connection.socket.write(
      head('/api/find_run', { 'Content-Type': type, 'Content-Length': 1_000 }, strict) + 'a=',
    );
    const answer = await connection.closed;
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"error":"The request body was sent too slowly."');
  });

  it('an upload that stops half-way gets 408 and leaves nothing', async () => {
    const strict = await withLimits(bodyLimits);
    const connection = openRaw(strict.url);
    const type = 'multipart/form-data; boundary=XX';
    connection.socket.write(
      head('/api/upload', { 'Content-Type': type, 'Content-Length': 100_000 }, strict) +
        '--XX\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nsome',
    );
    expect(await connection.closed).toMatch(/^HTTP\/1.1 408 /);
    expect(await strict.unfinishedUploads()).toEqual([]);
  });

  it('does not keep others waiting: 300 of them', async () => {
    const slow = Array.from({ length: 300 }, () => openRaw(server.url));
    await Promise.all(slow.map(({ socket }) => once(socket, 'connect')));
    for (const { socket } of slow) socket.write('POST /api/find_run HTTP/1.1\r\nHost: x\r\n');
    const start = performance.now();
    await stillAnswers();
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(slow.filter(({ socket }) => socket.closed)).toEqual([]);
    for (const { socket } of slow) socket.destroy();
  });
});

describe('broken HTTP', () => {
  it.each([
    [
      'length and chunks',
      () => head('/api/find_run', { 'Content-Length': 5, 'Transfer-Encoding': 'chunked' }) + '0\r\n\r\n',
    ],
    ['two lengths', () => head('/api/find_run', { 'Content-Length': '5, 6' }) + 'hello'],
    ['a bad chunk', () => head('/api/find_run', { 'Transfer-Encoding': 'chunked' }) + 'zz\r\n'],
    ['no HTTP', () => 'hello\r\n\r\n'],
    ['a line break in a header', () => 'GET / HTTP/1.1\r\nHost: x\r\nX: a\nY: b\r\n: z\r\n\r\n'],
  ])('with %s gets 400 and the connection ends', async (_what, bytes) => {
    const connection = openRaw(server.url);
    connection.socket.write(bytes());
    expect(await connection.closed).toMatch(/^HTTP\/1.1 400 /);
    await stillAnswers();
  });

  it.each([
    ['two hosts', 'Host: depicted.example\r\nHost: evil.example'],
    ['two hosts, in other letters and not side by side', 'Host: x\r\nX-A: b\r\nhOST: y'],
    ['the same host twice', 'Host: x\r\nHost: x'],
    ['an empty host after another', 'Host: x\r\nHost:'],
    ['two hosts in one header', 'Host: x, evil.example'],
    ['a host with a blank', 'Host: x evil.example'],
    ['a host with a path', 'Host: x/evil.example'],
    ['a host with a user', 'Host: x@evil.example'],
    ['no host', 'X-A: b'],
  ])('T36: %s get 400 and the connection ends', async (_what, headers) => {
    for (const path of ['/healthz', '/', '/api/v1/builds', '/nothing']) {
      const connection = openRaw(server.url);
      connection.socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`);
      expect(await connection.closed, path).toMatch(/^HTTP\/1.1 400 /);
    }
  });

  it.each(['x', 'x:80', 'depicted.example:', '127.0.0.1:5000', '[::1]:5000', 'my_host-1.example', ''])(
    'a host may be "%s"',
    async (host) => {
      const connection = openRaw(server.url);
      connection.socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(await connection.closed).toMatch(/^HTTP\/1.1 200 /);
    },
  );

  it('two Authorization headers get 401', async () => {
    const connection = openRaw(server.url);
    connection.socket.write(
      `GET /api/v1/queues HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization()}\r\nAuthorization: Basic YTpi\r\nConnection: close\r\n\r\n`,
    );
    expect(await connection.closed).toMatch(/^HTTP\/1.1 401 /);
  });
});

describe('paths', () => {
  it.each([
    '/static/..%2f..%2fetc/passwd',
    '/static/%2e%2e/%2e%2e/etc/passwd',
    '/static/dummy/..%5c..%5cpackage.json',
    '/?../../etc/passwd/..',
    '/api/%00',
    '/api/download/../../etc/passwd',
  ])('%s serves no file', async (path) => {
    const connection = openRaw(server.url);
    connection.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization()}\r\nConnection: close\r\n\r\n`,
    );
    const answer = await connection.closed;
    expect(answer).toMatch(/^HTTP\/1.1 (404|400|200) /);
    expect(answer).not.toContain('root:');
    expect(answer).not.toContain('devDependencies');
  });

  it('known ones with another method get 405 and say which they take', async () => {
    const response = await fetch(`${server.url}/api/runs_done`, { headers: basic(server.superKey) });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('too many requests at once', () => {
  it('are refused with 503 and Retry-After; waiting leases do not count', async () => {
    const waiting = new AbortController();
    const leases = Array.from({ length: 30 }, () =>
      server
        .client()
        .leaseTasks({ queueName: 'idle', waitSeconds: 30 }, { signal: waiting.signal })
        .catch(() => null),
    );
    const stuck = Array.from({ length: 20 }, () => openRaw(server.url));
    for (const { socket } of stuck) {
      socket.write(
        head('/api/upload', {
          'Content-Type': 'multipart/form-data; boundary=XX',
          'Content-Length': 900_000,
        }),
      );
      socket.write('x'.repeat(50_000));
    }
    let refused: Response | undefined;
    await expect
      .poll(async () => {
        refused = await fetch(`${server.url}/api/v1/queues`, { headers: basic(server.superKey) });
        return refused.status;
      })
      .toBe(503);
    expect(refused!.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    for (const { socket } of stuck) socket.destroy();
    await expect
      .poll(
        async () => (await fetch(`${server.url}/api/v1/queues`, { headers: basic(server.superKey) })).status,
      )
      .toBe(200);
    waiting.abort();
    await Promise.all(leases);
  });
});
