import { describe, expect, it } from 'vitest';
import { AppError, DepictedClient, type ClientOptions, type FetchInit } from './index.ts';
import { readEvents } from './event-stream.ts';

interface Sent {
  url: string;
  init: FetchInit;
}

type Reply = Response | Error | ((sent: Sent) => Response);

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

function networkError(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(`connect ${code}`), { code }) });
}

/** A client whose network gives these answers in order, repeats the last one, and never causes real waiting. */
function clientWith(replies: Reply[], options: Partial<ClientOptions> = {}) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const client = new DepictedClient({
    server: 'http://server.example:5000/api/',
    keyId: 'id',
    keySecret: 'sécret',
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
    fetch: async (url, init) => {
      sent.push({ url, init });
      const reply = replies[Math.min(sent.length, replies.length) - 1]!;
      if (reply instanceof Error) throw reply;
      return typeof reply === 'function' ? reply({ url, init }) : reply.clone();
    },
    ...options,
  });
  return { client, sent, waits };
}

/** An answer whose connection is lost after its first bytes, as `fetch` tells it. */
function brokenOff(begin: string): Response {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(begin)),
    pull: (controller) =>
      controller.error(new TypeError('terminated', { cause: new Error('other side closed') })),
  });
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

const created = json(200, { success: true, build_id: 1, release_name: 'r', release_number: 2, url: null });

describe('a call', () => {
  it('sends wire names as JSON with the key, and answers in camelCase', async () => {
    const { client, sent } = clientWith([created]);
    const answer = await client.createRelease({ buildId: 1, releaseName: 'r' });
    expect(answer).toEqual({ success: true, buildId: 1, releaseName: 'r', releaseNumber: 2, url: null });
    expect(sent[0]!.url).toBe('http://server.example:5000/api/create_release');
    expect(JSON.parse(sent[0]!.init.body as string)).toEqual({ build_id: 1, release_name: 'r' });
    expect(sent[0]!.init.headers['authorization']).toBe(
      `Basic ${Buffer.from('id:sécret').toString('base64')}`,
    );
  });

  it('whose outcome is not known is sent again where that is safe, and only there', async () => {
    const unknown = json(
      503,
      {
        error: 'It is not known whether this was saved.',
        code: 'outcome_unknown',
        details: {},
        request_id: 'r',
      },
      { 'retry-after': '5' },
    );
    const done = json(200, { success: true, results_url: 'http://x/' });
    const repeatable = clientWith([unknown, unknown, done]);
    const place = { buildId: 1, releaseName: 'r', releaseNumber: 1 };
    await repeatable.client.runsDone(place);
    expect(repeatable.sent).toHaveLength(3);
    expect(repeatable.waits).toEqual([5_000, 5_000]);
    const once = clientWith([unknown, created]);
    await expect(once.client.createRelease({ buildId: 1, releaseName: 'r' })).rejects.toMatchObject({
      code: 'outcome_unknown',
    });
    expect(once.sent).toHaveLength(1);
    const busy = clientWith([json(503, {}), new Response('<h1>busy</h1>', { status: 503 }), created]);
    await busy.client.createRelease({ buildId: 1, releaseName: 'r' });
    expect(busy.sent, 'refused before anything was done').toHaveLength(3);
  });

  it('leaves the keys of configs and payloads alone', async () => {
    const task = { task_id: 't', payload: { build_id: 1, run_name: '/' }, lease_id: 'l' };
    const { client, sent } = clientWith([json(200, { success: true, tasks: [task] })]);
    const { tasks } = await client.leaseTasks({ queueName: 'a/b c' });
    expect(tasks[0]).toMatchObject({ taskId: 't', leaseId: 'l', payload: { build_id: 1, run_name: '/' } });
    expect(sent[0]!.url).toBe('http://server.example:5000/api/work_queue/a%2Fb%20c/lease');
    await client.requestRun({
      buildId: 1,
      releaseName: 'r',
      releaseNumber: 1,
      url: 'https://a/',
      config: { viewportSize: { width: 1, height: 2 } },
    });
    expect(JSON.parse(sent[1]!.init.body as string)).toMatchObject({
      config: { viewportSize: { width: 1, height: 2 } },
    });
  });

  it.each(['no url', 'ftp://server/', ''])('refuses the server %j', (server) => {
    expect(() => new DepictedClient({ server })).toThrow(AppError);
  });
});

describe('what a server refuses', () => {
  it('is an AppError with its code, sentence, details and request id', async () => {
    const body = {
      error: 'It is decided.',
      code: 'invalid_transition',
      details: { status: 'good' },
      request_id: 'q',
    };
    const { client, sent } = clientWith([json(409, body)]);
    const error = await client
      .runsDone({ buildId: 1, releaseName: 'r', releaseNumber: 1 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'invalid_transition',
      message: 'It is decided.',
      details: { status: 'good', httpStatus: 409, requestId: 'q' },
    });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [404, { error: 'gone' }, 'not_found', 'gone'],
    [403, { error: 'no', code: 'a_code_of_the_future' }, 'forbidden', 'no'],
    [418, 'short and stout', 'invalid_argument', 'The server responded with status 418.'],
    [500, { error: 'oops', code: 'internal' }, 'internal', 'oops'],
  ])(
    'with status %d and an unknown or no code gets one by its status',
    async (status, body, code, message) => {
      const { client } = clientWith([json(status, body)]);
      await expect(client.listBuilds()).rejects.toMatchObject({ code, message });
    },
  );

  it('that is no JSON at all is said to be no Depicted server', async () => {
    const { client } = clientWith([new Response('<html>', { status: 200 })]);
    await expect(client.listBuilds()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('attempts', () => {
  it('are repeated with growing waits while the server cannot be reached', async () => {
    const { client, sent, waits } = clientWith([networkError('ECONNRESET')]);
    const error = await client.listBuilds().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect((error as Error).message).toBe(
      'Could not reach the server at http://server.example:5000: connect ECONNRESET.',
    );
    expect(sent).toHaveLength(5);
    expect(waits).toEqual([188, 375, 750, 1_500]);
  });

  it('wait as long as the server asks', async () => {
    const busy = json(503, { error: 'busy', code: 'unavailable' }, { 'retry-after': '7' });
    const limited = json(429, { error: 'slow down', code: 'rate_limited' }, { 'retry-after': '3' });
    const { client, waits } = clientWith([busy, limited, created]);
    await client.createRelease({ buildId: 1, releaseName: 'r' });
    expect(waits).toEqual([7_000, 3_000]);
  });

  it('of what may have been done already are not repeated, unless nothing was sent', async () => {
    for (const [failure, times] of [
      [networkError('ECONNRESET'), 1],
      [json(502, {}), 1],
      [networkError('ECONNREFUSED'), 5],
      [networkError('ENOTFOUND'), 5],
    ] as const) {
      const { client, sent } = clientWith([failure]);
      await expect(client.createRelease({ buildId: 1, releaseName: 'r' })).rejects.toBeInstanceOf(AppError);
      expect(sent).toHaveLength(times);
    }
    const { client, sent } = clientWith([networkError('ECONNRESET'), json(200, { success: true })]);
    await client.addTask({ queueName: 'q', taskId: 'same' });
    expect(sent).toHaveLength(2);
  });

  describe.each([
    ['that breaks off', () => brokenOff('{"builds": [')],
    [
      'that ends too early',
      () => new Response('{"builds": [', { headers: { 'content-type': 'application/json' } }),
    ],
  ])('with an answer %s', (_what, half) => {
    it('are repeated where that is safe', async () => {
      const { client, sent, waits } = clientWith([half, half, json(200, { success: true, builds: [] })]);
      expect(await client.listBuilds()).toEqual({ success: true, builds: [] });
      expect(sent).toHaveLength(3);
      expect(waits).toEqual([188, 375]);
      const lost = clientWith([half]);
      const error = await lost.client.listBuilds().catch((thrown: unknown) => thrown);
      expect(lost.sent).toHaveLength(5);
      expect(error).toMatchObject({ code: 'unavailable' });
      expect((error as Error).message).toMatch(
        /^The connection to the server at http:\/\/server\.example:5000 was lost while reading its answer: [^.]+\.$/,
      );
    });

    it('are said to be in doubt where they must not be repeated', async () => {
      const { client, sent } = clientWith([half]);
      const error = await client
        .createRelease({ buildId: 1, releaseName: 'r' })
        .catch((thrown: unknown) => thrown);
      expect(sent).toHaveLength(1);
      expect(error).toMatchObject({ code: 'unavailable' });
      expect((error as Error).message).toMatch(
        / was lost while reading its answer: [^.]+\. The request may have taken effect; check before you repeat it\.$/,
      );
    });
  });

  it('at an upload and a download whose answers break off are repeated', async () => {
    const stored = json(200, { success: true, build_id: 1, sha1sum: 'x', content_type: 'text/plain' });
    for (const content of [new Blob(['a']), () => new Blob(['a']).stream()]) {
      const { client, sent } = clientWith([() => brokenOff('{'), stored]);
      expect(await client.upload({ buildId: 1, fileName: 'a', content })).toMatchObject({ sha1sum: 'x' });
      expect(sent).toHaveLength(2);
    }
    const artifact = { buildId: 1, sha1sum: 'a'.repeat(40) };
    const { client, sent } = clientWith([
      () => brokenOff('he'),
      () => brokenOff('hel'),
      new Response('hello'),
    ]);
    const bytes = await (await client.download(artifact)).bytes();
    expect(new TextDecoder().decode(bytes)).toBe('hello');
    expect(sent).toHaveLength(3);
    const once = clientWith([() => brokenOff('he')], { maxAttempts: 1 });
    const lost = (await once.client.download(artifact)).bytes();
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    await expect(lost).rejects.toThrow('was lost while reading its answer: other side closed.');
  });

  it('end with the reason of a caller who aborts while the answer is read', async () => {
    const stop = new AbortController();
    const { client, sent } = clientWith([
      () => {
        stop.abort(new Error('enough'));
        return brokenOff('{');
      },
    ]);
    await expect(client.listBuilds({}, { signal: stop.signal })).rejects.toThrow('enough');
    expect(sent).toHaveLength(1);
  });

  it('of what is wrong are never repeated', async () => {
    for (const status of [400, 401, 403, 404, 409, 413, 422, 500, 507]) {
      const { client, sent } = clientWith([json(status, { error: 'no' })]);
      await expect(client.listBuilds()).rejects.toBeInstanceOf(AppError);
      expect(sent).toHaveLength(1);
    }
  });

  it('end when the caller aborts, with the reason', async () => {
    const stop = new AbortController();
    const { client, sent } = clientWith([networkError('ECONNRESET')], {
      sleep: async () => stop.abort(new Error('enough')),
    });
    await expect(client.listBuilds({}, { signal: stop.signal })).rejects.toThrow('enough');
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  it('have a time limit', async () => {
    const client = new DepictedClient({
      server: 'http://server.example',
      timeoutMs: 10,
      maxAttempts: 1,
      fetch: (_url, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    });
    await expect(client.listBuilds()).rejects.toThrow('it did not answer in time');
  });

  it('have no time limit once their answer has begun', async () => {
    let limit: AbortSignal | null = null;
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        controller.enqueue(new TextEncoder().encode('slow'));
        controller.close();
      },
    });
    const client = new DepictedClient({
      server: 'http://server.example',
      timeoutMs: 10,
      fetch: async (_url, { signal }) => {
        limit = signal;
        return new Response(body);
      },
    });
    const downloaded = await client.download({ buildId: 1, sha1sum: 'a'.repeat(40) });
    expect(new TextDecoder().decode(await downloaded.bytes())).toBe('slow');
    expect(limit!.aborted).toBe(false);
  });
});

describe('an upload', () => {
  it('is made anew for every attempt, also from a stream', async () => {
    const bodies: string[] = [];
    let made = 0;
    const { client } = clientWith(
      [json(503, {}), json(200, { success: true, build_id: 1, sha1sum: 'x', content_type: 'text/plain' })],
      {
        fetch: async (_url, init) => {
          bodies.push(await new Response(init.body).text());
          return json(bodies.length === 1 ? 503 : 200, { sha1sum: 'x' });
        },
      },
    );
    await client.upload({
      buildId: 7,
      fileName: 'a.json',
      content: () => {
        made++;
        return new Blob(['{"a":1}']).stream();
      },
    });
    expect(made).toBe(2);
    expect(bodies[1]).toBe(bodies[0]);
    expect(bodies[0]).toContain('name="build_id"\r\n\r\n7\r\n');
    expect(bodies[0]).toContain('filename="a.json"');
    expect(bodies[0]).toContain('\r\n\r\n{"a":1}\r\n--');
  });
});

describe('readEvents', () => {
  it.each([1, 5, 1_000])('reads events in pieces of %d bytes', async (size) => {
    const text =
      ': hello\n\nretry: 2000\n\nid: 7\nevent: changes\ndata: {"ü":\ndata: 1}\n\ndata: last\n\ncut';
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let start = 0; start < bytes.length; start += size)
          controller.enqueue(bytes.slice(start, start + size));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(body)) events.push(event);
    expect(events).toEqual([
      { id: '7', event: 'changes', data: '{"ü":\n1}' },
      { id: null, event: 'message', data: 'last' },
    ]);
  });
});
