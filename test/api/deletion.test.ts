/** Deleting, restoring and retention through the API and the client. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from './support/server.ts';
import { pixelPng } from '../support/png-writer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function decidedRelease(buildId: number, releaseName: string, decision: 'good' | 'bad' = 'good') {
  const client = server.client();
  const { releaseNumber } = await client.createRelease({ buildId, releaseName });
  const key = { buildId, releaseName, releaseNumber };
  const content = new Uint8Array(pixelPng(`${buildId} ${releaseName}`));
  const { sha1sum: image } = await client.upload({ buildId, content, fileName: 'a.png' });
  await client.reportRun({ ...key, runName: '/', image });
  await client.runsDone(key);
  await client.reviewRelease({ ...key, decision });
  return { key, bytes: content.byteLength };
}

it('a deleted release is not found, is listed, and comes back', async () => {
  const client = server.client();
  const { build } = await client.createBuild({ name: 'Deleting' });
  const { key, bytes } = await decidedRelease(build.id, 'one');
  expect(await client.previewDeletion(key)).toEqual({ baselines: 1, freed: { artifacts: 1, bytes } });
  expect(await client.buildDisk({ buildId: build.id })).toEqual({ artifacts: 1, bytes });
  await expect(client.deleteRelease({ ...key, confirm: 'two' })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  const { release, deletedAt, restorableUntil } = await client.deleteRelease({ ...key, confirm: 'one' });
  expect(release).toMatchObject({ name: 'one', status: 'good' });
  expect(restorableUntil - deletedAt).toBe(86_400_000);
  await expect(client.findRun({ buildId: build.id, runName: '/' })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(client.describeRelease(key)).rejects.toMatchObject({ code: 'not_found' });
  await expect(client.reportRun({ ...key, runName: '/' })).rejects.toMatchObject({ code: 'not_found' });
  expect((await client.listDeletedReleases({ buildId: build.id })).releases).toMatchObject([
    { release: { id: release.id }, deletedAt, deletedBy: expect.stringMatching(/^key:/) as string },
  ]);
  expect((await client.restoreRelease(key)).release.status).toBe('good');
  expect((await client.findRun({ buildId: build.id, runName: '/' })).releaseName).toBe('one');
  await expect(client.restoreRelease(key)).rejects.toMatchObject({ code: 'not_found' });
});

it('the badge shows the release before the deleted one, and that one again once it is restored', async () => {
  const client = server.client();
  const { build } = await client.createBuild({ name: 'Badge', isPublic: true });
  const badge = async () => {
    const answer = await fetch(`${server.url}/badge/${build.id}.svg`);
    return /<title>([^<]*)/.exec(await answer.text())?.[1];
  };
  await decidedRelease(build.id, 'one');
  const { key } = await decidedRelease(build.id, 'two', 'bad');
  const shown = [await badge()];
  await client.deleteRelease({ ...key, confirm: 'two' });
  shown.push(await badge());
  await client.restoreRelease(key);
  shown.push(await badge());
  expect(shown).toEqual(['Badge: needs review', 'Badge: passed', 'Badge: needs review']);
});

it('a deleted build does not exist, also for its keys, and comes back', async () => {
  const client = server.client();
  const { build } = await client.createBuild({ name: 'Going', isPublic: true });
  const { key } = await decidedRelease(build.id, 'one');
  const { key: made, secret } = await client.createKey({ buildId: build.id, purpose: 'CI' });
  const own = server.client({ keyId: made.id, keySecret: secret });
  await expect(client.deleteBuild({ buildId: build.id, confirm: 'going' })).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  await client.deleteBuild({ buildId: build.id, confirm: 'Going' });
  for (const call of [
    () => own.createRelease({ buildId: build.id, releaseName: 'two' }),
    () => own.runsDone(key),
    () => own.listReleases({ buildId: build.id }),
    () => client.describeRelease(key),
    () => client.buildStatus({ buildId: build.id, branch: 'main' }),
    () => client.upload({ buildId: build.id, content: new Uint8Array(pixelPng('x')), fileName: 'a.png' }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'not_found' });
  }
  expect((await fetch(`${server.url}/badge/${build.id}.svg`)).status).toBe(404);
  expect((await client.listBuilds({})).builds.map(({ build: { name } }) => name)).not.toContain('Going');
  expect((await client.listDeletedBuilds()).builds).toMatchObject([{ build: { name: 'Going' } }]);
  await client.restoreBuild({ buildId: build.id });
  expect((await own.listReleases({ buildId: build.id })).releases).toHaveLength(1);
});

it('retention is set with the build, and previewed with other rules', async () => {
  const client = server.client();
  const { build } = await client.createBuild({ name: 'Keeping' });
  expect(build).toMatchObject({ keepReleases: 0, keepDays: 0, branchDays: 0 });
  const { key: first, bytes } = await decidedRelease(build.id, 'one');
  await decidedRelease(build.id, 'two');
  const nothing = { total: 0, releases: [], keptForBaselines: 0, freed: { artifacts: 0, bytes: 0 } };
  expect(await client.previewRetention({ buildId: build.id })).toEqual(nothing);
  expect(await client.previewRetention({ buildId: build.id, keepReleases: 1 })).toEqual({
    total: 1,
    releases: [
      { id: expect.any(Number) as number, name: 'one', number: 1, createdAt: expect.any(Number) as number },
    ],
    keptForBaselines: 0,
    freed: { artifacts: 1, bytes },
  });
  const { build: after } = await client.updateBuild({ buildId: build.id, keepReleases: 2, branchDays: 30 });
  expect(after).toMatchObject({ keepReleases: 2, keepDays: 0, branchDays: 30 });
  expect(await client.previewRetention({ buildId: build.id })).toEqual(nothing);
  expect((await client.describeRelease(first)).release.name).toBe('one');
  const [entry] = (await client.listActivity({ buildId: build.id })).activity;
  expect(entry).toMatchObject({
    kind: 'build_changed',
    detail: { keepReleases: { from: 0, to: 2 }, branchDays: { from: 0, to: 30 } },
  });
  await expect(client.updateBuild({ buildId: build.id, keepDays: -1 })).rejects.toMatchObject({
    code: 'invalid_argument',
    message: 'keep_days must be an integer from 0 to 36500, got -1.',
  });
});
