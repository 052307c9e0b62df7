import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BaselineRecords, recordsFile } from './baseline-records.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
  for (const name of ['a.png', 'b@phone.png']) writeFileSync(join(folder, name), name);
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = {
  browserVersion: 'Chromium 156.0.1.2',
  engine: {
    browser: 'chromium',
    version: '156.0.1.2',
    platform: 'linux x64',
    fontsDigest: null,
    flagsDigest: 'f1',
  },
};
const written = (): string => readFileSync(join(folder, recordsFile), 'utf8');

it('writes one line for each baseline, sorted, without those that are gone, and reads them for their bytes', async () => {
  const records = await BaselineRecords.read(folder);
  for (const name of ['gone.png', 'b@phone.png', 'a.png']) records.note(name, `sha of ${name}`, environment);
  await records.save();
  const lines = written().split('\n');
  expect(lines).toHaveLength(8);
  expect(lines[3]).toBe(
    '    "a.png": {"sha1":"sha of a.png","browser":"Chromium 156.0.1.2","platform":"linux x64","fonts":null,"flags":"f1"},',
  );
  const again = await BaselineRecords.read(folder);
  expect(again.find('a.png', 'sha of a.png')).toEqual(environment);
  expect(again.find('a.png', 'another')).toBeNull();
  expect(again.find('gone.png', 'sha of gone.png')).toBeNull();
  rmSync(join(folder, recordsFile));
  again.note('a.png', 'sha of a.png', environment);
  await again.save();
  expect(() => written()).toThrow('ENOENT');
});

it.each(['', '{', '{"version":2}', '<<<<<<< HEAD', '{"version":1,"baselines":{"a.png":{"sha1":1}}}'])(
  'has no records in %j',
  async (text) => {
    writeFileSync(join(folder, recordsFile), text);
    expect((await BaselineRecords.read(folder)).find('a.png', '1')).toBeNull();
  },
);
