import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ authentication: 'off' });
});
afterAll(() => server.close());

/** `fetch` may not set Host, Origin and Sec-Fetch-*; a browser does, and so does an attacker's page. */
function call(
  headers: Record<string, string>,
  { method = 'POST', path = '/api/create_release' } = {},
): Promise<number> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    outgoing.on('error', reject);
    if (method === 'POST') {
      outgoing.setHeader('content-type', 'application/x-www-form-urlencoded');
      outgoing.write(`build_id=${server.buildA}&release_name=r`);
    }
    outgoing.end();
  });
}

describe('a server that needs no login', () => {
  it('takes whoever sends no credentials for its superuser', async () => {
    const client = server.client(null);
    expect((await client.createRelease({ buildId: server.buildB, releaseName: 'r' })).releaseNumber).toBe(1);
    expect((await client.leaseTasks({ queueName: 'capture' })).tasks).toEqual([]);
  });

  it('checks credentials that are sent', async () => {
    expect(await call(basic(server.keyA))).toBe(200);
    expect(await call(basic(server.keyB))).toBe(404);
    expect(await call(basic({ ...server.keyA, keySecret: 'wrong' }))).toBe(403);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('answers to the host %s', async (host) => {
    expect(await call({ host: `${host}:5000` })).toBe(200);
    expect(await call({ host })).toBe(200);
  });

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:5000', '10.0.0.1'])(
    'does not answer to the host %s',
    async (host) => {
      expect(await call({ host })).toBe(403);
      expect(await call({ host }, { method: 'GET', path: '/' })).toBe(403);
    },
  );

  it('does not understand a host that is none', async () => {
    expect(await call({ host: 'localhost:5000@evil' })).toBe(400);
    expect(await call({ host: 'localhost:5000@evil' }, { method: 'GET', path: '/' })).toBe(400);
  });

  it('answers its own pages and refuses those of other sites', async () => {
    const host = 'localhost:5000';
    expect(await call({ host, origin: 'http://localhost:5000', 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await call({ host, origin: 'https://evil.example' })).toBe(403);
    expect(await call({ host, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await call({ host, origin: 'null' })).toBe(403);
    expect(await call({ host, 'sec-fetch-site': 'cross-site' })).toBe(403);
    const image = {
      host,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'image',
    };
    expect(
      await call(image, { method: 'GET', path: `/api/download?build_id=1&sha1sum=${'a'.repeat(40)}` }),
    ).toBe(403);
  });

  it('lets people follow links to its pages, and only there', async () => {
    const link = {
      host: 'localhost:5000',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(await call(link, { method: 'GET', path: '/' })).toBe(200);
    expect(await call(link, { method: 'GET', path: '/api/v1/builds' })).toBe(403);
    expect(await call(link)).toBe(403);
  });

  it('never says that other sites may read it', async () => {
    const response = await fetch(`${server.url}/api/v1/builds`);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });
});
