import * as files from 'node:fs/promises';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openFileBlobs } from './file-blobs.ts';

vi.mock('node:fs/promises', { spy: true });

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

it('P1, P3: a blob reaches the disk before its name, and both before the answer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-blobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const blobs = await openFileBlobs(folder);
  const order: string[] = [];
  const real = await vi.importActual<typeof files>('node:fs/promises');
  vi.mocked(files.open).mockImplementation(async (path, ...rest) => {
    const handle = await real.open(path, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      order.push(`sync ${dirname(String(path)) === join(folder, 'tmp') ? 'content' : String(path)}`);
    };
    return handle;
  });
  vi.mocked(files.rename).mockImplementation(async (from, to) => {
    await real.rename(from, to);
    order.push(`rename to ${String(to)}`);
  });

  const staged = await blobs.stage(once('some bytes'));
  const path = join(folder, staged.sha1.slice(0, 2), staged.sha1);
  expect(order, 'nothing is visible').toEqual([]);
  await staged.commit();
  expect(order).toEqual(['sync content', `sync ${folder}`, `rename to ${path}`, `sync ${dirname(path)}`]);
  expect(readFileSync(path, 'utf8')).toBe('some bytes');
});
