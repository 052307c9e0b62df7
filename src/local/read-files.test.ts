import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSuite, readFiles, type LocalSuite } from './read-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-folder-'));
  await mkdir(join(folder, 'tests'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Buffer): Promise<void> =>
  writeFile(join(folder, 'tests', name), text);
const options = (currentFolder: string) => ({ currentFolder, environment: {}, baseUrl: null });
const read = async (...names: string[]): Promise<LocalSuite[]> =>
  (await readFiles(names.length === 0 ? ['tests'] : names, options(folder))).suites;
const test = (name: string, url = 'http://x/'): string => `  - {name: ${name}, url: "${url}"}\n`;

describe('readFiles', () => {
  it('reads *.yaml and *.yml by name, and nothing else', async () => {
    await write('b.yml', `tests:\n${test('b')}`);
    await write('a.yaml', `tests:\n${test('a1')}${test('a2')}`);
    await write('.hidden.yaml', 'no: yaml: at all');
    await write('notes.txt', '');
    const suites = await read();
    expect(suites.map(({ file, tests }) => [file, tests.map(({ name }) => name)])).toEqual([
      [join('tests', 'a.yaml'), ['a1', 'a2']],
      [join('tests', 'b.yml'), ['b']],
    ]);
  });

  it('refuses two tests with one file, also by letter case and across files', async () => {
    await write('a.yaml', `tests:\n${test('a')}`);
    await write('b.yaml', `tests:\n${test('A')}`);
    await expect(read()).rejects.toThrow(
      /^tests\/b\.yaml:2:5: "A" and "a" differ only by letter case.*first at tests\/a\.yaml:2:5/,
    );
    await write('b.yaml', `tests:\n${test('a')}`);
    await expect(read()).rejects.toThrow('tests/b.yaml:2:5: the name "a" is already used');
  });

  it('points at file, line and column', async () => {
    await write(
      'a.yaml',
      'tests:\n  - name: a\n    url: http://x/\n    config:\n      viewPortSize: {width: 1, height: 1}\n',
    );
    await expect(read()).rejects.toThrow(
      'tests/a.yaml:5:7: "tests[0].config.viewPortSize" is not a known key. Did you mean "viewportSize"?',
    );
  });

  it('reads the files that are named, once each', async () => {
    await write('a.yaml', `tests:\n${test('a')}`);
    await write('b.yaml', `tests:\n${test('b')}`);
    expect((await read('tests/b.yaml', './tests/b.yaml')).map(({ file }) => file)).toEqual([
      join('tests', 'b.yaml'),
    ]);
    expect(await readFiles(['tests/a.yaml'], options(folder))).toMatchObject({
      folder: 'tests',
      isWholeFolder: false,
    });
  });

  it('lists every mistake of every file, in the order of the lines', async () => {
    await write(
      'a.yaml',
      'tests:\n  - name: a\n    url: ${NONE}\n    name: b\n    mask: []\n  - name: c\n    url: 3\n',
    );
    await write('b.yaml', 'a: [\nb: }\n');
    const error = await read().then(
      () => null,
      (caught: Error) => caught.message.split('\n'),
    );
    expect(error!.slice(0, 4)).toEqual([
      expect.stringMatching(/^tests\/a\.yaml:3:5: The environment has no NONE/),
      expect.stringMatching(/^tests\/a\.yaml:4:5: The key "name" is used twice/),
      'tests/a.yaml:5:5: "tests[0].mask" belongs under "config".',
      expect.stringMatching(/^tests\/a\.yaml:7:5: "tests\[1\]\.url" is invalid/),
    ]);
    expect(error!.slice(4)[0]).toMatch(/^tests\/b\.yaml:\d/);
  });

  it('says what is wrong with the folder or a file', async () => {
    await expect(read('nowhere')).rejects.toThrow('"nowhere" does not exist');
    await expect(read()).rejects.toThrow('has no *.yaml file');
    await write('a.yaml', Buffer.from([0x74, 0xff, 0xfe]));
    await expect(read()).rejects.toThrow('tests/a.yaml is not UTF-8 text');
    await expect(read('tests/b.yaml')).rejects.toThrow('The file "tests/b.yaml" does not exist');
    await write('a.png', '');
    await expect(read('tests/a.png')).rejects.toThrow('neither a folder nor a *.yaml file');
    await expect(read('tests/a.yaml', '.')).rejects.toThrow('several folders');
    await write('a.yaml', '#'.repeat(1_048_577));
    await expect(read()).rejects.toThrow('larger than 1 MiB');
  });
});

describe('parseSuite', () => {
  const urlOf = (url: string): string =>
    parseSuite(`tests:\n${test('a', url)}`, 'a.yaml', options('/base')).tests[0]!.run.url;

  it('takes file addresses without a slash from the current folder', () => {
    expect(urlOf('file:pages/a b.html?x=1#y')).toBe(`${pathToFileURL('/base/pages/a b.html').href}?x=1#y`);
    expect(urlOf('file:100%.html')).toBe(pathToFileURL('/base/100%.html').href);
    expect(urlOf('file:///elsewhere/a.html')).toBe('file:///elsewhere/a.html');
  });

  it('names baselines after the platform and the browser if the file or the call says so', () => {
    const nameIn = (text: string, given = {}) =>
      parseSuite(`${text}tests:\n${test('a')}`, 'a.yaml', { ...options('/'), ...given }).tests[0]!.fileName;
    const platform = `a~${process.platform}-${process.arch}-chromium`;
    expect(nameIn('references: per-platform\n')).toBe(platform);
    expect(nameIn('', { baselineRule: 'per-platform' })).toBe(platform);
    expect(nameIn('references: per-platform\n', { baselineRule: 'shared' })).toBe('a');
  });

  it('keeps 1,000 tests that share one anchor quick', () => {
    const shared = 'c: &c {resourcesToIgnore: [".*\\\\.js", a, b], injectCss: "a{}"}\n';
    const tests = Array.from(
      { length: 1_000 },
      (_, index) => `  - {name: t${index}, url: "http://x/", config: *c}\n`,
    );
    const start = process.cpuUsage();
    expect(parseSuite(`${shared}tests:\n${tests.join('')}`, 'a.yaml', options('/')).tests).toHaveLength(
      1_000,
    );
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
