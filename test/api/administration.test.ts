import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

it('superuser keys are made, listed and revoked by superusers', async () => {
  const client = server.client();
  const { key, secret } = await client.createSuperuserKey({ purpose: 'workers' });
  expect(key).toMatchObject({ purpose: 'workers', superuser: true, buildId: null });
  const own = server.client({ keyId: key.id, keySecret: secret });
  const { keys } = await own.listSuperuserKeys();
  expect(keys.map(({ id }) => id)).toContain(key.id);
  expect(JSON.stringify(keys)).not.toContain('secret');
  expect((await own.makeSuperuser({ keyId: server.keyB.keyId })).key.superuser).toBe(true);
  await client.revokeAnyKey({ keyId: key.id });
  server.clock.advance(1_001);
  await expect(own.listSuperuserKeys()).rejects.toMatchObject({ code: 'invalid_credentials' });
});

it('a check of the storage finds what is missing while the server runs, one check at a time', async () => {
  const client = server.client();
  const content = new TextEncoder().encode('here and gone');
  const { sha1sum } = await client.upload({ buildId: server.buildA, content, fileName: 'a.txt' });
  expect(await client.fsck()).toEqual({ artifacts: 1, runs: 0, problems: [] });
  await rm(join(server.folder, 'artifacts', sha1sum.slice(0, 2), sha1sum));
  const checks = await Promise.allSettled([client.fsck(), client.fsck(), client.fsck()]);
  const done = checks.filter((check) => check.status === 'fulfilled').map(({ value }) => value);
  expect(done.length).toBeGreaterThan(0);
  for (const { problems } of done) {
    expect(problems).toEqual([
      { kind: 'artifact_corrupt', message: expect.stringContaining(sha1sum) as string },
    ]);
  }
  for (const check of checks) {
    if (check.status === 'rejected') expect(check.reason).toMatchObject({ code: 'conflict' });
  }
});
