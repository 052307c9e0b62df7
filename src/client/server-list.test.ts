import { describe, expect, it } from 'vitest';
import { DepictedClient } from './index.ts';

const refused = new TypeError('fetch failed', {
  cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
});

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

describe('several servers', () => {
  const ok = { success: true, build_id: 1, release_name: 'r', release_number: 2, url: null };

  /** Servers `a`, `b` and `c`, some of which are down; asks, and says who was asked. */
  function pool() {
    let now = 0;
    const down = new Map<string, Error | Response>();
    const asked: string[] = [];
    const client = new DepictedClient({
      server: ['http://a.example/api', 'http://b.example', 'http://c.example/'],
      sleep: async () => undefined,
      now: () => now,
      fetch: async (url) => {
        const { hostname } = new URL(url);
        asked.push(hostname[0]!);
        const fault = down.get(hostname[0]!);
        if (fault instanceof Error) throw fault;
        return fault?.clone() ?? answer(200, ok);
      },
    });
    const ask = async () => {
      asked.length = 0;
      const said = await client
        .createRelease({ buildId: 1, releaseName: 'r' })
        .catch((error: unknown) => (error as Error).message);
      return { asked: asked.join(''), said };
    };
    return { client, down, ask, advance: (ms: number) => (now += ms) };
  }

  it('are asked in order of preference; the first that answers is used until it does not', async () => {
    const { client, down, ask, advance } = pool();
    expect((await ask()).asked).toBe('a');
    down.set('a', refused);
    expect((await ask()).asked).toBe('ab');
    expect((await ask()).asked).toBe('b');
    down.set('b', answer(503, { error: 'The server stops.', code: 'unavailable', details: {} }));
    expect((await ask()).asked).toBe('bc');
    // Half a minute later, the first one is tried again.
    advance(30_000);
    expect((await ask()).asked).toBe('abc');
    down.clear();
    advance(59_999);
    expect((await ask()).asked).toBe('c');
    advance(1);
    expect((await ask()).asked).toBe('a');
    expect(client.server).toBe('http://a.example');
  });

  it('that are all down are all tried, and named by the one that was asked last', async () => {
    const { down, ask } = pool();
    for (const name of ['a', 'b', 'c']) down.set(name, refused);
    const { asked, said } = await ask();
    expect(asked).toBe('abcab');
    expect(said).toBe('Could not reach the server at http://b.example: connect ECONNREFUSED.');
    down.delete('c');
    expect((await ask()).asked).toBe('c');
  });

  it('a server that refuses a call is not left for another', async () => {
    const { down, ask } = pool();
    down.set('a', answer(404, { error: 'There is no build 1.', code: 'not_found', details: {} }));
    expect(await ask()).toEqual({ asked: 'a', said: 'There is no build 1.' });
    expect((await ask()).asked).toBe('a');
  });
});
