import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { reportRun } from '../../src/contract/original/report-run.ts';
import { requestRun } from '../../src/contract/original/request-run.ts';
import { runsDone } from '../../src/contract/original/runs-done.ts';
import { finalizeRelease } from '../../src/contract/v1/releases.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { send, type Sent } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function call(operation: Operation, fields: Readonly<Record<string, unknown>>) {
  const sent = Object.entries({ build_id: server.buildA, ...fields }) as unknown as Sent;
  const { status, body } = await send(server, operation, sent, { key: server.keyA, encoding: 'json' });
  return { status, body, error: body['error'] };
}

const start = (name: string, shard: string, shardId = name) =>
  call(createRelease, { release_name: name, shard, shard_id: shardId });
const named = (name: string) => ({ release_name: name, release_number: 1 });

describe('shards over the API', () => {
  it('make one release, with every kind of call', async () => {
    expect((await start('one', '1/2')).body).toMatchObject({ release_number: 1 });
    expect((await start('one', '2/2')).body).toMatchObject({ release_number: 1 });
    const asked = { ...named('one'), url: 'https://site.example/', run_name: '/', shard: '1/2' };
    expect((await call(requestRun, asked)).status).toBe(200);
    const failed = { ...named('one'), run_name: '/failed', run_failed: 'yes' };
    expect((await call(reportRun, { ...failed, shard: '2/2' })).status).toBe(200);
    expect(await call(reportRun, { ...failed, shard: '1/2' })).toMatchObject({
      status: 409,
      error: 'Run "/failed" comes from shard 2 of 2 and from shard 1 of 2. Each page belongs in one shard.',
    });
    expect(await call(runsDone, named('one'))).toMatchObject({ status: 400 });
    const status = async () =>
      (await server.client(server.keyA).listReleases({ buildId: server.buildA, releaseName: 'one' }))
        .releases[0]!.release;
    expect((await call(runsDone, { ...named('one'), shard: '1/2' })).status).toBe(200);
    expect(await status()).toMatchObject({ status: 'receiving', shards: { total: 2, fault: null } });
    expect((await call(runsDone, { ...named('one'), shard: '2/2' })).status).toBe(200);
    expect(await status()).toMatchObject({ status: 'processing' });
  });

  it('must agree, and come with their id', async () => {
    await start('two', '1/2');
    expect(await start('two', '2/3')).toMatchObject({
      status: 409,
      error: expect.stringMatching(/has 2 shards, and this job says 3/) as string,
    });
    expect(await start('other', '2/2', 'two')).toMatchObject({
      status: 409,
      error: expect.stringMatching(/belongs to release "two", and this job names "other"/) as string,
    });
    for (const [fields, error] of [
      [{ shard: '1/2' }, /^shard and shard_id come together; shard_id is missing\.$/],
      [{ shard_id: 'x' }, /^shard and shard_id come together; shard is missing\.$/],
      [
        { shard: '3/2', shard_id: 'x' },
        /^shard must be two numbers up to 1000, such as "2\/5" or "2\/\?", got "3\/2"\.$/,
      ],
      [{ shard: '1/2', shard_id: 'x', skip_reason: 'none' }, /^A release that is skipped has no shards/],
    ] as const) {
      const refused = await call(createRelease, { release_name: 'three', ...fields });
      expect([refused.status, String(refused.error)]).toEqual([400, expect.stringMatching(error)]);
    }
  });

  it('are finalized by their id, which belongs to one build', async () => {
    await start('four', '1/?');
    const told = { shard_id: 'four' };
    expect((await call(finalizeRelease, { ...told, build_id: server.buildB })).status).toBe(404);
    expect((await call(finalizeRelease, { shard_id: 'none' })).status).toBe(404);
    expect((await call(runsDone, { ...named('four'), shard: '1/?' })).status).toBe(200);
    const { status, body } = await call(finalizeRelease, told);
    expect([status, body['release']]).toEqual([
      200,
      expect.objectContaining({ status: 'reviewing', shards: { total: 1, fault: null } }),
    ]);
  });
});
