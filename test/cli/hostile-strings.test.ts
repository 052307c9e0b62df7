import { mkdtemp, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostileNames, hostileStrings } from '../support/hostile-strings.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

it('T12, T38, T47: names of tests are listed as text, or refused in one sentence', async () => {
  for (const [file, strings] of [
    ['fine', hostileNames],
    ['all', hostileStrings],
  ] as const) {
    await mkdir(join(folder, file));
    const tests = strings.map(({ text }) => ({ name: text.toWellFormed(), url: 'http://shop.test/' }));
    await writeFile(join(folder, file, 'a.yaml'), JSON.stringify({ tests }));
    const { status, stdout, stderr } = await callDpxdt(['test', file, '--list_tests'], {
      currentFolder: folder,
    });
    expect([0, 2], stderr).toContain(status);
    expect(stdout + stderr).not.toMatch(controls);
    expect(stderr).not.toMatch(/\n {4}at /);
  }
});

it.each(
  hostileStrings.filter(
    ({ what, text }) =>
      /handler|shell|option|upwards|colours|header|10,000/.test(what) && !text.includes('\0'),
  ),
)('T38: as the name of a build, from the command line: $what', async ({ text, noName }) => {
  const { status, stdout, stderr } = await callDpxdt(
    ['admin', 'create-build', `--name=${text}`, '--data-dir', 'data', '--json'],
    { currentFolder: folder },
  );
  expect({ status, isMade: stdout.startsWith('{"build_id":') }, stderr).toEqual(
    noName === true ? { status: 2, isMade: false } : { status: 0, isMade: true },
  );
  expect(stdout + stderr).not.toMatch(controls);
  expect(stderr.split('\n').length).toBeLessThanOrEqual(2);
  expect((await readdir(folder)).toSorted()).toEqual(
    expect.arrayContaining(['all', 'data', 'fine']) as string[],
  );
  expect((await readdir(folder)).length).toBe(3);
});
