import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/contract/operations.ts';
import { send, type Sent } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

const { addTask, leaseTasks, heartbeat, finishTask, releaseTask } = operations;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

interface WireTask {
  task_id: string;
  lease_id: string;
  payload: unknown;
  [name: string]: unknown;
}

/** As the original's workers call: a form, few parameters. */
async function call(
  operation: (typeof operations)[keyof typeof operations],
  queue: string,
  extra: Sent = [],
) {
  return send(server, operation, [['queue_name', queue], ...extra]);
}

async function lease(queue: string, extra: Sent = []): Promise<WireTask[]> {
  const { body } = await call(leaseTasks, queue, extra);
  return body['tasks'] as WireTask[];
}

describe('a task', () => {
  it('has exactly the keys that old workers know, and the lease id', async () => {
    const before = Date.now() / 1_000;
    await call(addTask, 'shape', [
      ['payload', '{"a":[1,2]}'],
      ['content_type', 'application/json'],
      ['task_id', 'my task/1'],
    ]);
    const [task] = await lease('shape', [['timeout', 60]]);
    expect(Object.keys(task!).sort()).toEqual([
      'content_type',
      'created',
      'eta',
      'last_lease',
      'lease_attempts',
      'lease_id',
      'payload',
      'queue_name',
      'source',
      'task_id',
    ]);
    expect(task).toMatchObject({
      task_id: 'my task/1',
      queue_name: 'shape',
      payload: { a: [1, 2] },
      content_type: 'application/json',
      lease_attempts: 1,
      source: '127.0.0.1',
    });
    expect(task!['created']).toBeGreaterThanOrEqual(Math.floor(before));
    expect(task!['eta']).toBeGreaterThan(before + 59);
    expect(task!['last_lease']).toBeLessThan(before + 30);
  });

  it('of a capture has the payload of old workers, and beside it what ours are asked for', async () => {
    const client = server.client();
    const release = { buildId: server.buildA, releaseName: 'captured', releaseNumber: 1 };
    await client.createRelease(release);
    await client.requestRun({ ...release, runName: '/', url: 'https://a.example/', config: {} });
    const [task] = await lease('capture');
    expect(Object.keys(task!.payload as object).sort()).toEqual([
      'baseline',
      'build_id',
      'config_sha1sum',
      'release_name',
      'release_number',
      'run_name',
      'url',
    ]);
    expect(task!['with_pixels']).toBe(true);
    expect(task).not.toHaveProperty('traceparent');
  });

  it('of a comparison carries the config that judges it beside the payload, also one that came late', async () => {
    const client = server.client();
    const release = { buildId: server.buildA, releaseName: 'judged', releaseNumber: 1 };
    await client.createRelease(release);
    const kept = async (text: string) => {
      const content = new TextEncoder().encode(text);
      return (await client.upload({ buildId: server.buildA, content, fileName: 'a.json' })).sha1sum;
    };
    const [image, refImage, config] = [await kept('one'), await kept('two'), await kept('{"threshold":0.1}')];
    for (const runName of ['/late', '/none']) {
      await client.reportRun({ ...release, runName, image, refUrl: 'https://a.example/', refImage });
    }
    await client.reportRun({ ...release, runName: '/late', config });
    const tasks = await lease('run-pdiff', [['count', 2]]);
    expect(tasks.map((task) => task.config_sha1sum)).toEqual([config, undefined]);
    expect(Object.keys(tasks[0]!.payload as object).sort()).toEqual([
      'build_id',
      'reference_sha1sum',
      'release_name',
      'release_number',
      'run_name',
      'run_sha1sum',
    ]);
  });

  it.each([
    ['text/plain', 'plain', 'plain'],
    ['text/plain', '{"a":1}', '{"a":1}'],
    ['application/json', '{broken', '{broken'],
  ])('of the type %s with the payload %j is leased as %j', async (contentType, payload, leased) => {
    const queue = `payload ${contentType} ${payload}`;
    await call(addTask, queue, [
      ['payload', payload],
      ['content_type', contentType],
    ]);
    expect((await lease(queue))[0]!.payload).toEqual(leased);
  });

  it('is added once under its id', async () => {
    for (const payload of ['first', 'second']) {
      const { body } = await call(addTask, 'once', [
        ['task_id', 'same'],
        ['payload', payload],
        ['content_type', 'text/plain'],
      ]);
      expect(body).toEqual({ success: true, task_id: 'same' });
    }
    const tasks = await lease('once', [['count', 5]]);
    expect(tasks.map(({ payload }) => payload)).toEqual(['first']);
  });

  it('gets an id when it brings none', async () => {
    const { body } = await call(addTask, 'no id');
    expect(body['task_id']).toMatch(/^[\w-]{20,}$/);
  });
});

describe('leases', () => {
  it('of an empty queue are an empty list', async () => {
    expect((await call(leaseTasks, 'nothing here')).body).toEqual({ success: true, tasks: [] });
  });

  it('are given in order, each task to one of many workers', async () => {
    for (let index = 0; index < 40; index++) {
      await call(addTask, 'many', [['task_id', `t${index}`]]);
    }
    const leased = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        lease('many', [
          ['count', 3],
          ['owner', `w${index}`],
        ]),
      ),
    );
    const ids = leased.flat().map(({ task_id: id }) => id);
    expect(new Set(ids).size).toBe(40);
    expect(ids).toHaveLength(40);
  });

  it('that wait get a task as soon as it is there', async () => {
    const waiting = lease('soon', [['wait_seconds', 20]]);
    for (let roundTrip = 0; roundTrip < 5; roundTrip++) await lease('another');
    await call(addTask, 'soon', [['task_id', 'x']]);
    expect((await waiting).map(({ task_id: id }) => id)).toEqual(['x']);
  });

  it('that wait take nothing once their caller is gone', async () => {
    const gone = new AbortController();
    const waiting = server
      .client()
      .leaseTasks({ queueName: 'left', waitSeconds: 30 }, { signal: gone.signal });
    for (let roundTrip = 0; roundTrip < 5; roundTrip++) await lease('another');
    gone.abort();
    await expect(waiting).rejects.toThrow();
    for (let roundTrip = 0; roundTrip < 5; roundTrip++) await lease('another');
    await call(addTask, 'left', [['task_id', 'x']]);
    expect(await lease('left')).toMatchObject([{ lease_attempts: 1 }]);
  });

  it('that ran out go to another; the first worker is told', async () => {
    await call(addTask, 'expiring', [['task_id', 'x']]);
    const [first] = await lease('expiring', [['timeout', 10]]);
    server.clock.advance(10_001);
    const late = await call(heartbeat, 'expiring', [
      ['task_id', 'x'],
      ['lease_id', first!.lease_id],
    ]);
    expect(late).toMatchObject({ status: 409, body: { code: 'lease_lost' } });
    expect(await lease('expiring')).toEqual([]);
    server.clock.advance(12_000);
    const [second] = await lease('expiring', [['timeout', 10]]);
    expect(second).toMatchObject({ task_id: 'x', lease_attempts: 2 });
    const finish = (leaseId: string) =>
      call(finishTask, 'expiring', [
        ['task_id', 'x'],
        ['lease_id', leaseId],
      ]);
    expect(await finish(first!.lease_id)).toMatchObject({ status: 409, body: { code: 'lease_lost' } });
    expect(await finish(second!.lease_id)).toMatchObject({ status: 200, body: { success: true } });
    expect((await finish(second!.lease_id)).status).toBe(200);
    expect(await finish(first!.lease_id)).toMatchObject({ status: 409 });
  });

  it('without an id belong to the caller: address by default, else owner', async () => {
    await call(addTask, 'owned', [['task_id', 'a']]);
    await call(addTask, 'owned', [['task_id', 'b']]);
    await lease('owned');
    expect((await call(heartbeat, 'owned', [['task_id', 'a']])).status).toBe(200);
    await lease('owned', [['owner', 'w1']]);
    expect((await call(heartbeat, 'owned', [['task_id', 'b']])).status).toBe(409);
    expect(
      (
        await call(heartbeat, 'owned', [
          ['task_id', 'b'],
          ['owner', 'w1'],
        ])
      ).status,
    ).toBe(200);
  });
});

describe('heartbeats', () => {
  it('D10: extend the lease, also with a lower index, which keeps the message', async () => {
    await call(addTask, 'beats', [['task_id', 'x']]);
    await lease('beats', [['timeout', 60]]);
    const beat = async (index: number, message: string) =>
      (
        await call(heartbeat, 'beats', [
          ['task_id', 'x'],
          ['index', index],
          ['message', message],
        ])
      ).body;
    const state = async () => (await server.client().listTasks({ queueName: 'beats' })).tasks[0]!;
    expect(await beat(5, 'five')).toEqual({ success: true, applied: true });
    const { eta } = await state();
    server.clock.advance(20_000);
    expect(await beat(3, 'three')).toEqual({ success: true, applied: false });
    const after = await state();
    expect(after.message).toBe('five');
    expect(after.eta).toBeGreaterThanOrEqual(eta + 20_000);
  });

  it('of a task that is over are refused', async () => {
    await call(addTask, 'over', [['task_id', 'x']]);
    await lease('over');
    await call(finishTask, 'over', [['task_id', 'x']]);
    expect(await call(heartbeat, 'over', [['task_id', 'x']])).toMatchObject({
      status: 409,
      body: { code: 'task_not_live' },
    });
    expect((await call(heartbeat, 'over', [['task_id', 'none']])).status).toBe(404);
  });
});

describe('release', () => {
  it('gives a task back, at once or later, and counts the attempt', async () => {
    await call(addTask, 'back', [['task_id', 'x']]);
    await lease('back');
    expect((await call(releaseTask, 'back', [['task_id', 'x']])).body).toEqual({ success: true });
    const [again] = await lease('back');
    expect(again).toMatchObject({ lease_attempts: 2 });
    await call(releaseTask, 'back', [
      ['task_id', 'x'],
      ['delay', 30],
    ]);
    expect(await lease('back')).toEqual([]);
    server.clock.advance(30_001);
    expect(await lease('back')).toHaveLength(1);
  });
});

describe('a task that fails', () => {
  it('with a transient reason is tried again later, three times; with another it ends', async () => {
    const fail = async (queue: string, reason: string) => {
      const [task] = await lease(queue);
      return call(finishTask, queue, [
        ['task_id', task!.task_id],
        ['lease_id', task!.lease_id],
        ['error', 'yes'],
        ['failure', JSON.stringify({ reason, message: 'It failed.' })],
      ]);
    };
    await call(addTask, 'transient', [['task_id', 'x']]);
    await call(addTask, 'permanent', [['task_id', 'x']]);
    expect((await fail('permanent', 'tls_error')).status).toBe(200);
    const statusOf = async (queue: string) =>
      (await server.client().listTasks({ queueName: queue })).tasks[0]!.status;
    expect(await statusOf('permanent')).toBe('error');
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await statusOf('transient')).toBe('live');
      await fail('transient', 'page_crashed');
      expect(await lease('transient')).toEqual([]);
      server.clock.advance(80_000);
    }
    expect(await statusOf('transient')).toBe('error');
  });
});
