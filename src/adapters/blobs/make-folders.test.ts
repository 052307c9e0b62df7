import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeFolders } from './make-folders.ts';

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-folders-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('makes what is missing, for its owner alone, and keeps what is there', async () => {
  const path = join(temporary(), 'a', 'b', 'c');
  await makeFolders(path, 0o700);
  await makeFolders(path, 0o700);
  for (const folder of [path, join(path, '..'), join(path, '../..')])
    expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it('does not take a file for a folder', async () => {
  const file = join(temporary(), 'file');
  writeFileSync(file, '');
  await expect(makeFolders(file, 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolders(join(file, 'a'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.runIf(existsSync('/proc/self'))('ends where a file system takes no new folders', async () => {
  await expect(makeFolders('/proc/depicted/data', 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
});
