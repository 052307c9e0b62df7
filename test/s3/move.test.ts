/** `dpxdt move` between a folder and a bucket, over a network that fails. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import type { S3Options } from '../../src/compose/blobs.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { expectWhole, openAsServer, storeData } from '../support/moved-data.ts';
import { newFolder } from '../support/running-server.ts';
import { createPostgresDatabase } from '../support/server-world.ts';
import { s3Keys } from '../support/s3.ts';
import { newBucket, noS3Server } from './blobs-world.ts';

it('P75: files move into a bucket and back; a cut network only interrupts', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const dataFolder = join(newFolder(), 'data');
  const inFolder = await openAsServer({ dataFolder, databaseUrl: null });
  const stored = await storeData(inFolder, 30);
  await inFolder.close();

  const proxy = await startFaultProxy(inject('s3Endpoint')!);
  const bucket = await newBucket();
  const keys = { DPXDT_S3_ACCESS_KEY: s3Keys.accessKey, DPXDT_S3_SECRET_KEY: s3Keys.secretKey };
  const call = (args: string[], env: Record<string, string> = {}) =>
    callDpxdt(['move', '--json', '--data-dir', dataFolder, ...args], {
      currentFolder: newFolder(),
      env: { ...keys, ...env },
    });
  const there = ['--to-artifacts', `s3://${bucket}/production`];
  const throughProxy = { DPXDT_TO_S3_ENDPOINT: proxy.endpoint };

  const wrongKey = await call(there, { ...throughProxy, DPXDT_TO_S3_SECRET_KEY: 'wrong' });
  expect(wrongKey.stderr).toMatch(/refuses this server.*DPXDT_TO_S3_SECRET_KEY/);

  let puts = 0;
  proxy.before = async (request) => {
    if (request.startsWith('PUT') && ++puts > 12) proxy.faults = Array(40).fill('reset') as 'reset'[];
  };
  const cut = await call(there, throughProxy);
  expect(cut.stderr).toContain('Run the same command again to continue.');
  expect(cut.status).toBe(5);
  const s3: S3Options = {
    ...s3Keys,
    bucket,
    prefix: 'production',
    endpoint: inject('s3Endpoint'),
    region: 'us-east-1',
    style: null,
  };
  await expect(openAsServer({ dataFolder, databaseUrl: null, s3 })).rejects.toThrow(/are not complete/);
  // The server may be used until the move is done; it is then the files of that moment that are moved.
  const meanwhile = await openAsServer({ dataFolder, databaseUrl: null });
  await meanwhile.close();

  proxy.before = null;
  proxy.faults = [];
  const moved = await call(there, throughProxy);
  expect(moved.stderr).toContain('Every table and every file was verified.');
  const json = JSON.parse(moved.stdout) as { files: number; copied_files: number };
  expect(json).toMatchObject({ database: null, files: 30, continued: true });
  expect(json.copied_files).toBeLessThan(30);
  await expect(openAsServer({ dataFolder, databaseUrl: null })).rejects.toThrow(/were moved to s3:\/\//);

  const inBucket = await openAsServer({ dataFolder, databaseUrl: null, s3 });
  await expectWhole(inBucket, stored);
  await inBucket.close();

  // All at once: to PostgreSQL and another bucket, and from there to SQLite and a folder.
  const databaseUrl = await createPostgresDatabase();
  const other = await newBucket();
  const fromBucket = {
    DPXDT_S3_BUCKET: bucket,
    DPXDT_S3_PREFIX: 'production',
    DPXDT_S3_ENDPOINT: inject('s3Endpoint')!,
  };
  const toServers = await call(
    ['--to-artifacts', `s3://${other}`, '--to-database-url', databaseUrl],
    fromBucket,
  );
  expect(toServers.status, toServers.stderr).toBe(0);
  const shared = await openAsServer({ dataFolder, databaseUrl, s3: { ...s3, bucket: other, prefix: '' } });
  await expectWhole(shared, stored);
  await shared.close();
  rmSync(join(dataFolder, 'artifacts'), { recursive: true });

  const newData = join(newFolder(), 'back');
  const back = await call(
    [
      '--database-url',
      databaseUrl,
      '--to-database-url',
      'sqlite',
      '--to-artifacts',
      'folder',
      '--to-data-dir',
      newData,
    ],
    { ...fromBucket, DPXDT_S3_BUCKET: other, DPXDT_S3_PREFIX: '' },
  );
  expect(back.status, back.stderr).toBe(0);
  expect(existsSync(join(newData, 'artifacts', 'store.json'))).toBe(true);
  const last = await openAsServer({ dataFolder: newData, databaseUrl: null });
  await expectWhole(last, stored);
  await last.close();
});

it('P76: a bucket is backed up, and restored into another one', async (context) => {
  if (inject('s3Endpoint') === null) return context.skip(noS3Server);
  const dataFolder = join(newFolder(), 'data');
  const [bucket, other] = [await newBucket(), await newBucket()];
  const s3Of = (name: string): S3Options => ({
    ...s3Keys,
    bucket: name,
    prefix: '',
    endpoint: inject('s3Endpoint'),
    region: 'us-east-1',
    style: null,
  });
  const envOf = (name: string) => ({
    DPXDT_S3_BUCKET: name,
    DPXDT_S3_ENDPOINT: inject('s3Endpoint')!,
    DPXDT_S3_ACCESS_KEY: s3Keys.accessKey,
    DPXDT_S3_SECRET_KEY: s3Keys.secretKey,
  });
  const server = await openAsServer({ dataFolder, databaseUrl: null, s3: s3Of(bucket) });
  const stored = await storeData(server, 10);
  const currentFolder = newFolder();
  const backup = join(currentFolder, 'backup');
  const made = await callDpxdt(['backup', backup, '--data-dir', dataFolder], {
    currentFolder,
    env: envOf(bucket),
  });
  expect(made.status, made.stderr).toBe(0);
  await server.close();

  const args = ['restore', backup, '--data-dir', join(currentFolder, 'restored')];
  const occupied = await callDpxdt(args, { currentFolder, env: envOf(bucket) });
  expect(occupied.stderr).toMatch(/already holds files: name an empty place/);
  expect(occupied.status).toBe(2);
  const restored = await callDpxdt(args, { currentFolder, env: envOf(other) });
  expect(restored.status, restored.stderr).toBe(0);
  const place = { dataFolder: join(currentFolder, 'restored'), databaseUrl: null, s3: s3Of(other) };
  const next = await openAsServer(place);
  await expectWhole(next, stored);
  await next.close();
});
