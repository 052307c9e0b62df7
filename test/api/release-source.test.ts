import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { send } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

it('keeps branch, commit and CI link of a release', async () => {
  const client = server.client(server.keyA);
  const buildId = server.buildA;
  const source = { branch: 'feature/x', commit: 'abc1234', ciUrl: 'https://ci.example/run/7' };
  const created = await client.createRelease({ buildId, releaseName: 'with', ...source });
  expect(created).toEqual({ success: true, buildId, releaseName: 'with', releaseNumber: 1, url: null });
  await client.createRelease({ buildId, releaseName: 'without' });
  const { releases } = await client.listReleases({ buildId });
  expect(releases.map(({ release }) => release)).toEqual([
    expect.objectContaining({ name: 'without', branch: null, commit: null, ciUrl: null }),
    expect.objectContaining({ name: 'with', ...source }),
  ]);
});

it.each([
  ['ci_url', 'javascript:alert(1)', 'ci_url must be an http or https URL'],
  ['ci_url', `https://x/${'y'.repeat(2_048)}`, 'ci_url must be at most 2048 characters'],
  ['branch', 'a\u0000b', 'branch must not contain control characters'],
  ['commit', 'c'.repeat(101), 'commit must be at most 100 characters'],
])('refuses %s=%j', async (name, value, message) => {
  const { status, body } = await send(
    server,
    createRelease,
    [
      ['build_id', server.buildA],
      ['release_name', 'r'],
      [name, value],
    ],
    { key: server.keyA },
  );
  expect([status, String(body['error']).startsWith(message)], String(body['error'])).toEqual([400, true]);
});

it('lets the key of a build mark its own release bad', async () => {
  const client = server.client(server.keyA);
  const { releaseNumber } = await client.createRelease({ buildId: server.buildA, releaseName: 'canceled' });
  const { release } = await client.reviewRelease({
    buildId: server.buildA,
    releaseName: 'canceled',
    releaseNumber,
    decision: 'bad',
    note: 'cancelled by the client',
  });
  expect(release).toMatchObject({
    status: 'bad',
    decidedBy: `key:${server.keyA.keyId}`,
    decisionNote: 'cancelled by the client',
  });
});
