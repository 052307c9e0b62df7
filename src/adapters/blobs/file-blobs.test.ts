import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { mountSmallDisk } from '../../../test/support/small-disk.ts';
import { openFileBlobs } from './file-blobs.ts';

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

it('P1, P3: a blob reaches the disk before its name, and both before the answer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const blobs = await openFileBlobs(folder);
  const order: string[] = [];
  const { open, rename } = files;
  onTestFinished(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });
  vi.spyOn(files, 'open').mockImplementation(async (path, ...rest) => {
    const handle = await open(path, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      order.push(`sync ${dirname(String(path)) === join(folder, 'tmp') ? 'content' : String(path)}`);
    };
    return handle;
  });
  vi.spyOn(files, 'rename').mockImplementation(async (from, to) => {
    await rename(from, to);
    order.push(`rename to ${String(to)}`);
  });
  syncBuiltinESMExports();

  const staged = await blobs.stage(once('some bytes'));
  const path = join(folder, staged.sha1.slice(0, 2), staged.sha1);
  expect(order, 'nothing is visible').toEqual([]);
  await staged.commit();
  expect(order).toEqual(['sync content', `sync ${folder}`, `rename to ${path}`, `sync ${dirname(path)}`]);
  expect(readFileSync(path, 'utf8')).toBe('some bytes');
});

it('P20, P47: a full disk gives up the trash before it refuses an upload', async (context) => {
  const disk = mountSmallDisk(8);
  if (disk === null) return context.skip('needs the right to mount a small tmpfs');
  onTestFinished(() => disk.unmount());
  const warnings: unknown[] = [];
  const blobs = await openFileBlobs(join(disk.folder, 'artifacts'), {
    warn: (text, fields) => void warnings.push(text, fields),
  });
  const trashed = await blobs.stage(once('x'.repeat(3_000_000)));
  await trashed.commit();
  const now = await blobs.now();
  expect(await blobs.trash(trashed.sha1, { olderThan: now + 1, at: now })).toBe(true);
  disk.fill();
  const staged = await blobs.stage(once('y'.repeat(2_000_000)));
  await staged.commit();
  expect(await blobs.stat(staged.sha1)).toEqual({ size: 2_000_000 });
  expect(warnings).toMatchObject([
    expect.stringContaining('trash was emptied'),
    { files: 1, bytes: 3_000_000 },
  ]);
  await expect(blobs.stage(once('z'.repeat(4_000_000)))).rejects.toMatchObject({ code: 'storage_full' });
  expect(await blobs.health()).toBe('degraded');
});

it('P47: keeps the label that came first, and replaces it whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const blobs = await openFileBlobs(folder);
  expect(await blobs.readLabel()).toBeNull();
  await Promise.all(['a', 'b', 'c'].map((text) => blobs.writeLabel(text, 'new')));
  const first = await blobs.readLabel();
  await blobs.writeLabel('d', 'new');
  expect(await blobs.readLabel()).toBe(first);
  await blobs.writeLabel('e', 'replace');
  expect(await blobs.readLabel()).toBe('e');
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});
