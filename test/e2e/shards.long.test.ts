/** Parallel jobs that send one release: the real command in several processes, and a real server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { runDpxdt, startDpxdt, type DpxdtResult } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess, type ServerProcess } from '../support/running-server.ts';

async function paint(path: string, background: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const create = { width: 64, height: 48, channels: 3, background } as const;
  writeFileSync(path, await sharp({ create }).png().toBuffer());
}

/** Jobs of one GitHub run, each with a folder of images. */
function jobsOf(folder: string, server: ServerProcess, runId: string) {
  const env = {
    DPXDT_SERVER: server.url,
    DPXDT_BUILD_ID: '1',
    DPXDT_GIT: 'false',
    GITHUB_ACTIONS: 'true',
    GITHUB_RUN_ID: runId,
    GITHUB_REF_NAME: 'main',
    GITHUB_SHA: '4f2c1aa0'.repeat(5),
    GITHUB_REPOSITORY: 'owner/shop',
    GITHUB_SERVER_URL: 'https://github.com',
  };
  const call = (args: string[], more: Record<string, string> = {}): Promise<DpxdtResult> =>
    runDpxdt(args, { currentFolder: folder, env: { ...env, ...more } });
  const job = (shard: string, attempt = 1, ...more: string[]) =>
    call(['diff-my-images', '--dir', shard.split('/')[0]!, '--shard', shard, ...more], {
      GITHUB_RUN_ATTEMPT: String(attempt),
    });
  return { call, job, env };
}

const releases = async (server: ServerProcess) =>
  (await server.client.listReleases({ buildId: 1 })).releases.map(({ release, counts }) => ({
    name: `${release.name} #${release.number}`,
    status: release.status,
    total: counts.total,
  }));

it('three parallel jobs make one release, and a job that runs again replaces its pages', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '1']);
  const { job } = jobsOf(folder, server, '7');
  for (const shard of ['1', '2', '3']) await paint(join(folder, shard, `page-${shard}.png`), 'white');
  await paint(join(folder, '2', 'old.png'), 'white');
  const sent = await Promise.all([job('1/3'), job('2/3'), job('3/3')]);
  expect(
    sent.map(({ status }) => status),
    sent.map(({ stderr }) => stderr).join('\n'),
  ).toEqual([0, 0, 0]);
  const waited = await job('3/3', 2, '--wait', '--allow-no-baseline');
  expect(waited, waited.stderr).toMatchObject({ status: 0 });
  expect(await releases(server)).toEqual([
    expect.objectContaining({ name: 'main 4f2c1aa0 #1', total: 4 }) as unknown,
  ]);
  // A job that was run again: another folder of the same shard.
  const { call } = jobsOf(folder, server, '7');
  await paint(join(folder, 'again', 'page-2.png'), 'red');
  const again = await call(['diff-my-images', '--dir', 'again', '--shard', '2/3'], {
    GITHUB_RUN_ATTEMPT: '2',
  });
  expect(again, again.stderr).toMatchObject({ status: 0 });
  expect((await releases(server)).map(({ name, total }) => [name, total])).toEqual([['main 4f2c1aa0 #1', 3]]);
  const twice = await call(['diff-my-images', '--dir', '2', '--shard', '1/3']);
  expect(twice.status).toBe(5);
  expect(twice.stderr).toContain('comes from shard 2 of 3 and from shard 1 of 3');
}, 240_000);

it('jobs that do not know their number are complete when a last one says so', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '1']);
  const { job, call } = jobsOf(folder, server, '8');
  for (const shard of ['1', '2']) await paint(join(folder, shard, `page-${shard}.png`), 'white');
  expect((await call(['finalize'])).status).toBe(2);
  expect((await job('1/?')).status).toBe(0);
  expect((await job('2/?')).status).toBe(0);
  expect((await releases(server)).map(({ status }) => status)).toEqual(['receiving']);
  const finalized = await call(['finalize']);
  expect(finalized, finalized.stderr).toMatchObject({ status: 0 });
  expect(finalized.stdout).toContain('Release "main 4f2c1aa0" number 1 has 2 shards.');
  expect((await releases(server))[0]?.status).not.toBe('receiving');
}, 240_000);

it('a shard that never comes ends the waiting of the others with status 3', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '1'], { DPXDT_SHARD_SILENCE_SECONDS: '1' });
  const { job, call } = jobsOf(folder, server, '9');
  await paint(join(folder, '1', 'page-1.png'), 'white');
  const waited = await job('1/2', 1, '--wait');
  expect(waited.status).toBe(3);
  expect(waited.stdout).toContain('The release is not complete: shard 2 of 2 never reported.');
  expect((await call(['finalize'])).status).toBe(3);
  await paint(join(folder, '2', 'page-2.png'), 'white');
  expect((await job('2/2')).status).toBe(0);
  expect((await releases(server))[0]?.status).not.toBe('receiving');
}, 240_000);

it('a shard that is interrupted leaves the release to the others', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '1']);
  const { job, env } = jobsOf(folder, server, '11');
  for (const shard of ['1', '2']) await paint(join(folder, shard, `page-${shard}.png`), 'white');
  const args = ['diff-my-images', '--dir', '1', '--shard', '1/2', '--wait'];
  const waiting = startDpxdt(args, { currentFolder: folder, env });
  await waiting.untilOutput(/Results: /);
  waiting.process.kill('SIGINT');
  const interrupted = await waiting.result;
  expect(interrupted, interrupted.stderr).toMatchObject({ status: 130 });
  expect(interrupted.stderr).toContain('The release stays as it is: all of shard 1 of 2 was sent.');
  expect((await releases(server))[0]?.status).toBe('receiving');
  expect((await job('2/2')).status).toBe(0);
  expect((await releases(server))[0]?.status).not.toBe('receiving');
}, 240_000);

it('a job that has nothing to compare says why', async () => {
  const folder = newFolder();
  const server = await startServerProcess(folder, ['--workers', '0']);
  const { call } = jobsOf(folder, server, '10');
  const skipped = await call(['skip', '--reason', 'no UI change', '--json']);
  expect(skipped, skipped.stderr).toMatchObject({ status: 0 });
  expect(JSON.parse(skipped.stdout)).toMatchObject({ release_number: 1, skip_reason: 'no UI change' });
  expect(await releases(server)).toEqual([{ name: 'main 4f2c1aa0 #1', status: 'good', total: 0 }]);
  const without = await call(['skip', '--reason', ' ']);
  expect([without.status, without.stderr]).toEqual([2, expect.stringContaining('--reason TEXT')]);
}, 120_000);
