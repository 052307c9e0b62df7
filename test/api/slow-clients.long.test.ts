/** T35: a slow client delays only itself. */

import { afterEach, describe, expect, it } from 'vitest';
import { openRaw, type RawConnection } from './support/raw.ts';
import { basic, startServer, type Key, type TestServer } from './support/server.ts';

let server: TestServer;
const slow: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of slow.splice(0)) socket.destroy();
  await server.close();
});

function open(bytes: string): RawConnection {
  const connection = openRaw(server.url);
  slow.push(connection);
  connection.socket.write(bytes);
  return connection;
}

const headers = (key: Key | null) =>
  `Host: x\r\n${key === null ? '' : `Authorization: ${basic(key)['authorization']}\r\n`}`;

function upload(key: Key | null): RawConnection {
  return open(
    `POST /api/upload HTTP/1.1\r\n${headers(key)}Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: 900000\r\n\r\n--XX\r\n`,
  );
}

const get = (key: Key, path = '/api/v1/builds') => fetch(server.url + path, { headers: basic(key) });

function connectionCount(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.app.fastify.server.getConnections((error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}

/** Milliseconds of another client's calls. */
async function timesOfOthers(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < count; call++) {
    const start = performance.now();
    expect((await get(server.keyB)).status).toBe(200);
    times.push(performance.now() - start);
  }
  return times.toSorted((a, b) => a - b);
}

describe('T35: slow connections', () => {
  it('300 in their headers and 300 in their bodies leave the others alone', async () => {
    server = await startServer();
    const own = await timesOfOthers(30);
    for (let count = 0; count < 300; count++) {
      open('POST /api/upload HTTP/1.1\r\nHost: x\r\n');
      upload(server.keyA);
    }
    await expect.poll(connectionCount).toBeGreaterThanOrEqual(600);
    const dripping = setInterval(() => {
      for (const { socket } of slow) socket.write('X');
    }, 100);
    const others = await timesOfOthers(100);
    clearInterval(dripping);
    // As a share of what it took before, so that a busy machine does not matter.
    const allowedMs = 500 + 10 * own.at(-1)!;
    expect(others[98]).toBeLessThan(allowedMs);
  });

  it('of one key cannot take the places of all', async () => {
    server = await startServer({ http: { maxRequestsAtWork: 20, maxRequestsAtWorkPerCaller: 15 } });
    for (let count = 0; count < 18; count++) upload(server.keyA);
    await expect.poll(async () => (await get(server.keyA)).status).toBe(503);
    const refused = await get(server.keyA);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await get(server.keyB)).status).toBe(200);
    for (const { socket } of slow) socket.destroy();
    await expect.poll(async () => (await get(server.keyA)).status).toBe(200);
  });

  it('without credentials are answered before their body, and closed', async () => {
    server = await startServer({ http: { maxRequestsAtWork: 5, lingerMs: 50 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => upload(null).closed));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 (401|503) /);
    expect((await get(server.keyB)).status).toBe(200);
  });

  it('of one address are closed beyond its share, idle ones too', async () => {
    server = await startServer({ http: { maxConnectionsPerAddress: 50 } });
    let closed = 0;
    for (let count = 0; count < 60; count++) void open('').closed.then(() => closed++);
    await expect.poll(() => closed).toBe(10);
    // Another of the address is the next to go; the first 50 remain.
    await open('').closed;
    expect(closed).toBe(10);
    for (const { socket } of slow.slice(0, 5)) socket.destroy();
    await expect.poll(async () => (await get(server.keyB).catch(() => ({ status: 0 }))).status).toBe(200);
  });

  it('of a trusted proxy are those of many', async () => {
    server = await startServer({ http: { maxConnectionsPerAddress: 5 }, trustedProxies: ['127.0.0.0/8'] });
    for (let count = 0; count < 30; count++) open('');
    expect((await get(server.keyB)).status).toBe(200);
  });
});
