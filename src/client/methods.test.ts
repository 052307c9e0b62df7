import { describe, expect, it } from 'vitest';
import { addresses, type Address } from '../contract/addresses.ts';
import { AppError, DepictedClient } from './index.ts';
import { OperationClient } from './methods.ts';
import { addressOf } from './request.ts';
import { isPassing, isUnreachable } from './refusal.ts';
import type { FetchInit, TransportOptions } from './transport.ts';

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

/** A client whose network answers in this order, the last one again and again, and that never really waits. */
function clientWith(replies: (Response | Error)[], options: Partial<TransportOptions> = {}) {
  const sent: { url: string; init: FetchInit }[] = [];
  const waits: number[] = [];
  const client = new OperationClient({
    server: 'http://server.example',
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
    fetch: async (url, init) => {
      sent.push({ url, init });
      init.signal.throwIfAborted();
      const reply = replies[Math.min(sent.length, replies.length) - 1]!;
      if (reply instanceof Error) throw reply;
      return reply.clone();
    },
    ...options,
  });
  return { client, sent, waits };
}

const all = Object.entries<Address>(addresses);

describe('methods', () => {
  it('there is one per operation, under its name', () => {
    const { prototype } = DepictedClient;
    const missing = all.filter(([name]) => typeof Reflect.get(prototype, name) !== 'function');
    expect(missing).toEqual([]);
  });

  it.each(all.filter(([, { takesFile, answers }]) => takesFile !== true && answers !== 'events'))(
    '%s sends its parameters where its address says',
    async (name, { method, path, parameters: none }) => {
      const { client, sent } = clientWith([json(200, {})]);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
      const camel = (text: string) => text.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
      const parameters = {
        ...Object.fromEntries(named.map((key) => [camel(key), 'a/ü'])),
        anotherOne: 'x y',
      };
      const call = Reflect.get(client, name) as (...given: unknown[]) => Promise<unknown>;
      await call.apply(client, none === 'none' ? [] : [parameters]);
      const { url, init } = sent[0]!;
      const filled = `http://server.example${path.replace(/\{\w+\}/g, 'a%2F%C3%BC')}`;
      const rest = none === 'none' ? {} : { another_one: 'x y' };
      expect(init.method).toBe(method);
      if (method === 'GET') {
        expect(url).toBe(none === 'none' ? filled : `${filled}?another_one=x+y`);
        expect(init.body).toBeUndefined();
      } else {
        expect(url).toBe(filled);
        expect(JSON.parse(init.body as string)).toEqual(rest);
      }
    },
  );

  it('without parameters take their options first', async () => {
    const { client, sent } = clientWith([json(200, { queues: [] })]);
    const reason = new Error('enough');
    await expect(client.listQueues({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await client.listQueues()).toEqual({ queues: [] });
    expect(sent.at(-1)!.url).toBe('http://server.example/api/v1/queues');
  });
});

describe('addresses with parameters', () => {
  it('leave out what is absent, and are well-formed Unicode', () => {
    const { runThumbnail, listReleases } = addresses;
    expect(addressOf(runThumbnail, { buildId: 1, runId: 2, factsVersion: 0, side: undefined })).toBe(
      '/api/v1/builds/1/runs/2/thumbnail?facts_version=0',
    );
    expect(addressOf(listReleases, { buildId: 1, search: '\ud800&=', status: null, key() {}, of: {} })).toBe(
      '/api/v1/builds/1/releases?search=%EF%BF%BD%26%3D',
    );
  });
});

describe('options of a call', () => {
  it('can limit its attempts, and let it outlive the page', async () => {
    const { client, sent } = clientWith([json(503, {})]);
    const change = { buildId: 1, releaseName: 'r', releaseNumber: 1, decision: 'good' } as const;
    await expect(client.reviewRelease(change, { maxAttempts: 1, keepalive: true })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]!.init.keepalive).toBe(true);
  });
});

describe('a wait that the server asks for', () => {
  it('is told at once where it is longer than the client waits', async () => {
    const asks = (seconds: number) => json(429, { error: 'slow down' }, { 'retry-after': String(seconds) });
    const { client, waits } = clientWith([asks(2), asks(6)], { maxAskedWaitMs: 5_000 });
    await expect(client.listBuilds()).rejects.toThrow('slow down');
    expect(waits).toEqual([2_000]);
  });
});

describe('credentials', () => {
  it('are had for every attempt, and renewed once after a refusal that they could mend', async () => {
    const old = json(403, { error: 'old', code: 'csrf_failed' });
    let token = 0;
    const credentials = {
      headers: async (method: string): Promise<Record<string, string>> =>
        method === 'GET' ? {} : { 'x-token': String(token) },
      renew: ({ code }: AppError) => {
        token++;
        return code === 'csrf_failed';
      },
    };
    const mended = clientWith([old, json(200, { build: { id: 1 } })], { credentials, maxAttempts: 1 });
    expect(await mended.client.createBuild({ name: 'x' })).toEqual({ build: { id: 1 } });
    expect(mended.sent.map(({ init }) => init.headers['x-token'])).toEqual(['0', '1']);
    const refused = clientWith([old], { credentials });
    await expect(refused.client.createBuild({ name: 'x' })).rejects.toMatchObject({ code: 'csrf_failed' });
    expect(refused.sent).toHaveLength(2);
  });

  it('that cannot be had are the failure of the call', async () => {
    const headers = () => Promise.reject(new AppError('rate_limited', 'Later.'));
    const { client, sent } = clientWith([json(200, {})], { credentials: { headers, renew: () => false } });
    await expect(client.listBuilds()).rejects.toThrow('Later.');
    expect(sent).toEqual([]);
  });
});

describe('what failed', () => {
  it.each([
    [new TypeError('fetch failed'), true, true],
    [json(429, {}), true, false],
    [json(502, {}), true, false],
    [json(503, {}), true, false],
    [json(504, {}), true, false],
    [json(500, {}), false, false],
    [json(404, {}), false, false],
    [new Response('<html>'), false, false],
  ])('%o', async (reply, passes, isSilent) => {
    const { client } = clientWith([reply], { maxAttempts: 1 });
    const error = (await client.listBuilds().catch((thrown: unknown) => thrown)) as AppError;
    expect(error).toBeInstanceOf(AppError);
    expect({ passes: isPassing(error), isSilent: isUnreachable(error) }).toEqual({ passes, isSilent });
  });
});
