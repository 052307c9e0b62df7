import { afterEach, describe, expect, it } from 'vitest';
import { offerSetUp } from '../../src/services/people/set-up.ts';
import { basic, startServer, type TestServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

let server: TestServer;
let path: string;
const streams: AbortController[] = [];

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  await server.close();
});

async function start(http: object): Promise<void> {
  server = await startServer({ trustedProxies: ['127.0.0.1'], http, logins: {} });
  const client = server.client();
  await client.updateBuild({ buildId: server.buildA, isPublic: true });
  await client.createRelease({ buildId: server.buildA, releaseName: 'r' });
  path = `/api/v1/builds/${server.buildA}/changes?release_name=r&release_number=1`;
}

/** Opens a stream that stays open. @returns its status */
async function watch(headers: Record<string, string>): Promise<Response> {
  const stop = new AbortController();
  streams.push(stop);
  return fetch(server.url + path, { headers, signal: stop.signal });
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const statuses = async (asked: Promise<Response>[]) =>
  (await Promise.all(asked)).map(({ status }) => status).toSorted();
const times = <Value>(count: number, value: (index: number) => Value) =>
  Array.from({ length: count }, (_, index) => value(index));

async function personHeaders(): Promise<Record<string, string>> {
  const ada = new Visitor(server);
  const token = await offerSetUp(server.core);
  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
  await ada.call('POST', '/api/v1/set_up', { token, ...person });
  return { cookie: [...ada.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
}

describe('T61: event streams', () => {
  it('of one address have a share, of IPv6 those of its /64, also when they are opened all at once', async () => {
    await start({ maxEventStreams: 40, maxEventStreamsPerCaller: 4 });
    const answers = await statuses(times(10, () => watch(from('192.0.2.1'))));
    expect(answers).toEqual([...times(4, () => 200), ...times(6, () => 429)]);
    const refused = await watch(from('192.0.2.1'));
    expect(refused.headers.get('retry-after')).toBe('10');
    expect((await watch(from('192.0.2.2'))).status).toBe(200);
    const many = await statuses(times(6, (index) => watch(from(`2001:db8::${index}`))));
    expect(many).toEqual([200, 200, 200, 200, 429, 429]);
  });

  it('of anybody, and of keys, leave places to people who are signed in', async () => {
    await start({ maxEventStreams: 16, maxEventStreamsPerCaller: 8 });
    const ada = await personHeaders();
    const anyone = await statuses(times(12, (index) => watch(from(`192.0.2.${index}`))));
    expect(anyone).toEqual([...times(4, () => 200), ...times(8, () => 503)]);
    const keys = await statuses(
      times(8, (index) => watch(basic(index % 2 === 0 ? server.keyA : server.superKey))),
    );
    expect(keys).toEqual([...times(4, () => 200), ...times(4, () => 503)]);
    const people = await statuses(times(10, () => watch(ada)));
    expect(people).toEqual([...times(8, () => 200), 429, 429]);
  });

  it('give their places back when their readers are gone, and refused ones take none', async () => {
    await start({ maxEventStreams: 40, maxEventStreamsPerCaller: 2 });
    for (let time = 0; time < 5; time++) {
      const answer = await fetch(server.url + path.replace('name=r', 'name=none'), {
        headers: from('192.0.2.1'),
      });
      expect(answer.status).toBe(401);
      await answer.text();
    }
    for (let time = 0; time < 4; time++) {
      const both = async () => {
        for (const stream of streams.splice(0)) stream.abort();
        return statuses(times(2, () => watch(from('192.0.2.1'))));
      };
      await expect.poll(both).toEqual([200, 200]);
      expect((await watch(from('192.0.2.1'))).status).toBe(429);
    }
  });
});
