import { afterEach, describe, expect, it } from 'vitest';
import { basic, startServer, type Key, type TestServer, type TestServerOptions } from './support/server.ts';

let server: TestServer;
afterEach(() => server.close());

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await startServer({ trustedProxies: ['127.0.0.1'], ...options });
  // Limits are by the minute: the time that a slow machine takes must not count.
  server.clock.stop();
  return server;
}

/** Status of a call through a proxy of ours, from some address. */
async function call(key: Key | null, from = '192.0.2.1', path = '/api/v1/builds'): Promise<Response> {
  const headers = { ...(key === null ? {} : basic(key)), 'x-forwarded-for': from };
  return fetch(server.url + path, { headers });
}

const status = async (...of: Parameters<typeof call>) => (await call(...of)).status;

describe('T19: wrong secrets', () => {
  it('are refused after 20 a minute for one key from one address; a right one elsewhere passes', async () => {
    const { keyA } = await start();
    for (let time = 0; time < 20; time++) {
      expect(await status({ ...keyA, keySecret: `guess ${time}` })).toBe(403);
    }
    const refused = await call({ ...keyA, keySecret: 'guess' });
    expect(refused.status).toBe(429);
    const waitSeconds = Number(refused.headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(50);
    expect(await refused.json()).toMatchObject({
      code: 'rate_limited',
      details: { retry_after: waitSeconds },
    });
    expect(await status(keyA, '192.0.2.2')).toBe(200);
    expect(await status(server.keyB)).toBe(200);
    server.clock.advance(60_000);
    expect(await status(keyA)).toBe(200);
  });

  it('of a neighbour do not hold up who has been using the right one from the same address', async () => {
    const { keyA } = await start();
    expect(await status(keyA)).toBe(200);
    for (let time = 0; time < 25; time++) await call({ ...keyA, keySecret: `guess ${time}` });
    expect(await status({ ...keyA, keySecret: 'guess' })).toBe(429);
    for (let time = 0; time < 5; time++) expect(await status(keyA)).toBe(200);
    // Once it is revoked it is a wrong one like any other.
    await server.client().revokeKey({ buildId: server.buildA, keyId: keyA.keyId });
    server.clock.advance(1_001);
    expect(await status(keyA)).toBe(403);
    expect(await status(keyA)).toBe(429);
  });

  it('for ever new keys from one address are refused too, and right ones from there still pass', async () => {
    const { keyA } = await start({ http: { maxFailedLoginsOfAddress: 30 } });
    const answers: number[] = [];
    for (let time = 0; time < 40; time++) answers.push(await status({ keyId: `key${time}`, keySecret: 'x' }));
    expect(answers).toEqual([...Array<number>(30).fill(403), ...Array<number>(10).fill(429)]);
    expect(await status(keyA)).toBe(200);
    expect(await status({ keyId: 'another', keySecret: 'x' }, '192.0.2.9')).toBe(403);
  });

  it('are counted by the connection’s address unless a trusted proxy says another', async () => {
    const { keyA } = await start({ trustedProxies: [] });
    for (let time = 0; time < 20; time++) {
      expect(await status({ ...keyA, keySecret: `guess ${time}` }, `192.0.2.${time}`)).toBe(403);
    }
    expect(await status({ ...keyA, keySecret: 'guess' }, '192.0.2.200')).toBe(429);
  });

  it('cannot be spread by a header that the client itself puts before the proxy’s', async () => {
    const { keyA } = await start();
    for (let time = 0; time < 20; time++) {
      await call({ ...keyA, keySecret: `guess ${time}` }, `198.51.100.${time}, 192.0.2.1`);
    }
    expect(await status({ ...keyA, keySecret: 'guess' }, '203.0.113.9, 192.0.2.1')).toBe(429);
  });
});

describe('requests as such', () => {
  it('of one key are limited by the minute, and by nobody else’s', async () => {
    const { keyA, keyB } = await start({ http: { maxRequestsPerMinute: 30 } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => status(keyA)));
    expect(answers.filter((code) => code === 200)).toHaveLength(30);
    const refused = await call(keyA);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await status(keyA, '192.0.2.2')).toBe(429);
    expect(await status(keyB)).toBe(200);
    // What was used comes back evenly: one in two seconds.
    server.clock.advance(2_000);
    expect(await status(keyA)).toBe(200);
    expect(await status(keyA)).toBe(429);
    // Whether the server lives can always be asked.
    expect(await status(keyA, '192.0.2.1', '/healthz')).toBe(200);
  });

  it('without credentials are limited by address', async () => {
    await start({ http: { maxAnonymousRequestsPerMinute: 10 } });
    const answers: number[] = [];
    for (let time = 0; time < 12; time++) answers.push(await status(null));
    expect(answers).toEqual([...Array<number>(10).fill(200), 429, 429]);
    expect(await status(null, '192.0.2.2')).toBe(200);
    expect(await status(server.keyA)).toBe(200);
  });

  it('are not limited where the setting is 0, nor where no login is needed', async () => {
    const { keyA } = await start({ http: { maxRequestsPerMinute: 0 } });
    for (let time = 0; time < 50; time++) expect(await status(keyA)).toBe(200);
    await server.close();
    await start({
      authentication: 'off',
      http: { maxRequestsPerMinute: 1, maxAnonymousRequestsPerMinute: 1 },
    });
    for (let time = 0; time < 5; time++) expect(await status(null)).toBe(200);
  });
});

describe('T57: the addresses of one /64 of IPv6 count as one', () => {
  it('for wrong secrets, for requests without credentials, and for passwords', async () => {
    const { keyA } = await start({
      http: { maxFailedLogins: 5, maxAnonymousRequestsPerMinute: 6, maxPasswordsOfAddress: 4 },
      logins: {},
    });
    const within = (time: number) => `2001:db8:0:1:${time}::${time}`;
    const answersOf = async (ask: (address: string) => Promise<number>) => {
      const answers: number[] = [];
      for (let time = 1; time <= 8; time++) answers.push(await ask(within(time)));
      return answers;
    };
    const secrets = await answersOf((from) => status({ ...keyA, keySecret: 'guess' }, from));
    expect(secrets).toEqual([...Array<number>(5).fill(403), ...Array<number>(3).fill(429)]);
    expect(await status({ ...keyA, keySecret: 'guess' }, '2001:db8:0:2::1')).toBe(403);

    expect(await answersOf((from) => status(null, from))).toEqual([...Array<number>(6).fill(200), 429, 429]);
    server.clock.advance(60_000);

    const signIn = async (from: string) => {
      const body = JSON.stringify({ email: `${from.length}${Math.random()}@example.org`, password: 'x' });
      const headers = { 'x-forwarded-for': from, 'content-type': 'application/json' };
      return fetch(`${server.url}/api/v1/sign_in`, { method: 'POST', headers, body });
    };
    const passwords = await answersOf(async (from) => (await signIn(from)).status);
    expect(passwords).toEqual([403, 403, 403, 403, 429, 429, 429, 429]);
    const refused = await signIn(within(9));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('2001:db8:0:2::1')).status).toBe(403);
  });
});
