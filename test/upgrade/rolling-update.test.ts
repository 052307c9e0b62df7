/** Servers and workers of this and the previous version, side by side on one PostgreSQL, as during a rolling update. */

import { expect, inject, it, onTestFinished } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { servePages } from '../support/page-server.ts';
import { pixelPng } from '../support/png-writer.ts';
import { previousVersion } from '../support/previous-version.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { watchStream } from '../support/several-servers.ts';
import { createPostgresDatabase } from '../support/server-world.ts';

const buildId = 1;
const release = (releaseName: string) => ({ buildId, releaseName, releaseNumber: 1 });
const page = '<!doctype html><body style="margin:0;background:#8ac"><h1>A page</h1>';

async function uploaded(client: DepictedClient, content: string): Promise<string> {
  const image = await client.upload({
    buildId,
    fileName: 'page.png',
    content: new Uint8Array(pixelPng(content)),
  });
  return image.sha1sum;
}

it('P74: the previous version and this one make, capture and review a release together; the old one refuses a later start', async (context) => {
  if (inject('postgresUrl') === null) return context.skip('needs PostgreSQL');
  const previous = previousVersion();
  if (typeof previous === 'string') return context.skip(previous);
  onTestFinished(() => previous.remove());
  const site = await servePages({ '/a': page, '/b': page, '/c': page, '/d': page });
  onTestFinished(() => site.close());
  const folder = newFolder();
  const args = ['--database-url', await createPostgresDatabase(), '--workers', '1'];

  const old = await startServerProcess(folder, args, {}, previous.binary);
  await old.client.createRelease({ buildId, releaseName: 'before' });
  const early = await uploaded(old.client, 'uploaded before the update');
  await old.client.createRelease({ buildId, releaseName: 'r' });
  await old.client.requestRun({ ...release('r'), runName: '/a', url: site.url('/a') });

  const current = await startServerProcess(folder, args);
  const both = [old.client, current.client];
  const streams = [await watchStream(old.url, release('r')), await watchStream(current.url, release('r'))];
  for (const [index, path] of ['/b', '/c', '/d'].entries())
    await both[index % 2]!.requestRun({ ...release('r'), runName: path, url: site.url(path) });
  for (const [index, client] of both.entries()) {
    const sent = await uploaded(both[1 - index]!, `sent ${index}`);
    await client.reportRun({ ...release('r'), runName: `/sent-${index}`, image: sent });
  }
  await current.client.runsDone(release('r'));
  await old.client.reportRun({ ...release('before'), runName: '/early', image: early });
  await old.client.runsDone(release('before'));

  const runsAt = async (client: DepictedClient) => {
    const { runs } = await client.listRuns(release('r'));
    return Object.fromEntries(runs.name.map((name, index) => [name, runs.status[index]]));
  };
  const names = ['/a', '/b', '/c', '/d', '/sent-0', '/sent-1'];
  const settled = Object.fromEntries(names.map((name) => [name, 'no_diff_needed']));
  for (const client of both) await expect.poll(() => runsAt(client), { timeout: 60_000 }).toEqual(settled);
  for (const runName of names) {
    const [atOld, atNew] = await Promise.all(
      both.map((client) => client.runDetail({ ...release('r'), runName })),
    );
    expect(atNew!.run.current.image).toMatch(/^[0-9a-f]{40}$/);
    expect(atNew!.run.current.image).toBe(atOld!.run.current.image);
  }

  for (const [index, client] of both.entries()) {
    const decision = index === 0 ? 'good' : 'reopen';
    const { release: after } = await client.reviewRelease({ ...release('r'), decision });
    await Promise.all(streams.map((stream) => stream.received(after.version)));
  }
  await old.client.reviewRelease({ ...release('r'), decision: 'good' });
  expect(await current.client.findRun({ buildId, runName: '/sent-0' })).toMatchObject({ releaseName: 'r' });

  old.process.kill('SIGTERM');
  expect((await old.result).status).toBe(0);
  const again = await runDpxdt(['server', '--port', '0', ...args], {
    currentFolder: folder,
    binary: previous.binary,
  });
  expect(again.stderr).toMatch(
    /The database was changed by a newer version of dpxdt \(migration "00\d\d-[a-z-]+"\)/,
  );
  expect(again.status).not.toBe(0);
  const checked = await runDpxdt(['admin', 'fsck', ...args.slice(0, 2)], { currentFolder: folder });
  expect(checked).toMatchObject({ status: 0 });
  expect(await runsAt(current.client)).toEqual(settled);
  await (await current.client.download({ buildId, sha1sum: early })).bytes();
});
