import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFirstConfig } from './init.ts';
import { fontPage, readMissingFonts } from './missing-fonts.ts';

it('keeps the report out of git, once, and only in a repository', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dpxdt-init-'));
  const options = { manual: 'https://x.test/capture.md', reportFolder: 'dpxdt-report' };
  const init = async (name: string) => (await writeFirstConfig(name, folder.path, options)).isIgnored;
  expect(await init('a')).toBeNull();
  expect(await readFile(join(folder.path, 'a/dpxdt.yaml'), 'utf8')).toContain(
    'see https://x.test/capture.md.',
  );
  await mkdir(join(folder.path, '.git'));
  await writeFile(join(folder.path, '.gitignore'), 'node_modules');
  expect([await init('b'), await init('c')]).toEqual(['added', 'already']);
  expect(await readFile(join(folder.path, '.gitignore'), 'utf8')).toBe('node_modules\ndpxdt-report/\n');
});

it('reads from a log which scripts have no font', () => {
  const line = /console\.log\("(.*?)"/.exec(fontPage)![1]!;
  expect(readMissingFonts(`  0.1  console   log ${line}["Thai","emoji"] (file:1)\n`)).toEqual({
    names: ['Thai', 'emoji'],
    debianPackages: ['fonts-noto-core', 'fonts-noto-color-emoji'],
  });
  expect(readMissingFonts('nothing')).toBeNull();
});
