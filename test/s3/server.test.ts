/** A server whose artifacts are in a bucket, as people run it. */

import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, inject, it, onTestFinished } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { servePages } from '../support/page-server.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';
import { s3Keys, startS3Server } from '../support/s3.ts';
import { newBucket, noS3Server } from './blobs-world.ts';

const page = (text: string): string =>
  `<!doctype html><title>Shop</title><body style="margin:40px;font:20px sans-serif"><h1>${text}</h1></body>`;

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 200));
}

async function release(client: DepictedClient, urls: Record<string, string>) {
  const { releaseNumber } = await client.createRelease({ buildId: 1, releaseName: 'shop' });
  const named = { buildId: 1, releaseName: 'shop', releaseNumber };
  const config = { viewportSize: { width: 320, height: 240 } };
  for (const [runName, url] of Object.entries(urls))
    await client.requestRun({ ...named, runName, url, config });
  await client.runsDone(named);
  const statuses = async () => {
    await until(async () => (await client.listRuns(named)).release.status === 'reviewing');
    const { runs } = await client.listRuns(named);
    return Object.fromEntries(runs.name.map((name, index) => [name, runs.status[index]!]));
  };
  return { named, statuses };
}

const healthOf = async (url: string, path: string) => {
  const response = await fetch(`${url}/${path}`);
  return { code: response.status, ...((await response.json()) as { status: string }) };
};

it('P60: captures, reviews and reads artifacts in a bucket, waits while S3 is away, and loses nothing', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const s3 = await startS3Server();
  onTestFinished(() => s3.destroy());
  const folder = newFolder();
  const cacheFolder = join(newFolder(), 'cache');
  const env = {
    DPXDT_S3_ENDPOINT: s3.endpoint,
    DPXDT_S3_BUCKET: await newBucket(s3.endpoint),
    DPXDT_S3_PREFIX: 'dpxdt',
    DPXDT_S3_ACCESS_KEY: s3Keys.accessKey,
    DPXDT_S3_SECRET_KEY: s3Keys.secretKey,
    DPXDT_CACHE_DIR: cacheFolder,
  };
  let news = 'Monday';
  const site = await servePages({
    '/': page('Shop'),
    '/news': (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page(news)),
  });
  const urls = { home: site.url('/'), news: site.url('/news') };
  const server = await startServerProcess(folder, ['--workers', '2'], env);
  const { client } = server;

  const first = await release(client, urls);
  expect(await first.statuses()).toEqual({ home: 'no_diff_needed', news: 'no_diff_needed' });
  await client.reviewRelease({ ...first.named, decision: 'good' });
  const { run } = await client.runDetail({ ...first.named, runName: 'home' });
  const image = { buildId: 1, sha1sum: run.current.image! };
  const before = await (await client.download(image)).bytes();
  expect(Buffer.from(before).subarray(1, 4).toString()).toBe('PNG');

  await s3.stop();
  news = 'Tuesday';
  const second = await release(client, urls);
  const other = randomBytes(10_000);
  const upload = new FormData();
  upload.append('build_id', '1');
  upload.append('file', new Blob([other]), 'a.bin');
  const refused = await fetch(`${server.url}/api/upload`, { method: 'POST', body: upload });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refused.text()).not.toMatch(/ECONN|127\.0\.0\.1|bucket|s3/i);
  const unread = await fetch(`${server.url}/api/download?build_id=1&sha1sum=${image.sha1sum}`);
  expect([unread.status, unread.headers.get('retry-after')]).toEqual([503, '5']);
  await until(async () => (await healthOf(server.url, 'healthz')).status === 'degraded');
  expect(await healthOf(server.url, 'readyz')).toEqual({ code: 200, status: 'degraded' });
  expect((await client.listRuns(second.named)).release.status).toBe('processing');

  await s3.start();
  expect(await second.statuses()).toEqual({ home: 'diff_not_found', news: 'diff_found' });
  expect(await (await client.download(image)).bytes()).toEqual(before);
  await client.upload({ buildId: 1, fileName: 'a.bin', content: other });
  await until(async () => (await healthOf(server.url, 'healthz')).status === 'ok');

  expect(existsSync(join(folder, 'dpxdt-data', 'artifacts')), 'no files beside the bucket').toBe(false);
  expect(readdirSync(cacheFolder).sort()).toEqual(['derived', 'spool', 'tmp']);
  expect(readdirSync(join(cacheFolder, 'spool'))).toEqual([]);
  const attempts = new DatabaseSync(join(folder, 'dpxdt-data', 'dpxdt.sqlite'), { readOnly: true });
  expect(attempts.prepare('select max(lease_attempts) as most from tasks').get()).toEqual({ most: 1 });
  attempts.close();
  server.process.kill('SIGTERM');
  expect((await server.result).status).toBe(0);

  const fsck = await runDpxdt(['admin', 'fsck'], { currentFolder: folder, env });
  expect(fsck).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('everything is consistent') as string,
  });
  const elsewhere = { ...env, DPXDT_S3_PREFIX: 'other' };
  const mistyped = await runDpxdt(['server', '--port', '0'], { currentFolder: folder, env: elsewhere });
  expect(mistyped.stderr).toMatch(
    /are not in s3:\/\/.*\/other\/, which is empty: correct DPXDT_S3_BUCKET or/,
  );
});
