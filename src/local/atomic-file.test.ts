import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainWriteError, removeStaleTemporaries, writeFileAtomically } from './atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomically', () => {
  it('replaces a file and leaves nothing beside it', async () => {
    const path = join(folder, 'a.png');
    await writeFileAtomically(path, 'one');
    await writeFileAtomically(path, Buffer.from('two'));
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(folder)).toEqual(['a.png']);
  });

  it('says what is wrong with the path, and leaves nothing', async () => {
    await expect(writeFileAtomically(join(folder, 'none/a.png'), 'x')).rejects.toThrow(
      'cannot be written (ENOENT)',
    );
    // The target is a folder: the rename fails after the writing.
    await expect(writeFileAtomically(folder, 'x')).rejects.toThrow('cannot be written');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('removeStaleTemporaries', () => {
  it('removes what dead writers left, not what a living one is writing', async () => {
    const mine = `.a.png.tmp-${process.pid}`;
    for (const name of ['.b.png.tmp-4194305', mine, '.hidden', 'a.png'])
      await writeFile(join(folder, name), '');
    await removeStaleTemporaries(folder);
    expect((await readdir(folder)).sort()).toEqual([mine, '.hidden', 'a.png'].sort());
    await removeStaleTemporaries(join(folder, 'none'));
  });
});

describe('explainWriteError', () => {
  it.each([
    ['ENOSPC', 'unprocessable', 'no space left'],
    ['EACCES', 'invalid_argument', 'is not writable (EACCES)'],
    ['EISDIR', 'invalid_argument', 'cannot be written (EISDIR)'],
  ])('%s', (code, expected, message) => {
    const error = explainWriteError('a.png', Object.assign(new Error('x'), { code }));
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining(message) as string });
  });

  it('leaves other errors as they are', () => {
    const error = new Error('x');
    expect(explainWriteError('a.png', error)).toBe(error);
  });
});
