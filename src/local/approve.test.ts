import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport, sampleResult } from '../../test/support/sample-local-report.ts';
import type { LocalReport, LocalTestResult, ReportImage } from '../contract/files/local-report.ts';
import { approve, type Approval } from './approve.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-approve-'));
  await mkdir(join(folder, 'tests'));
  await mkdir(join(folder, 'report/images'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
const image = (path: string, text: string): ReportImage => ({
  path,
  sha1sum: sha1(text),
  width: 1,
  height: 1,
});

/** A test whose baseline shows `before` and whose image shows `after`. */
async function makeTest(
  name: string,
  before: string | null,
  after: string | null,
  given: Partial<LocalTestResult> = {},
): Promise<LocalTestResult> {
  if (before !== null) await writeFile(join(folder, `tests/${name}.png`), before);
  if (after !== null) await writeFile(join(folder, `report/images/${name}.run.png`), after);
  return sampleResult({
    name,
    reference: `tests/${name}.png`,
    state: before === null ? 'new' : before === after ? 'same' : 'differs',
    before: before === null ? null : image(`images/${name}.ref.png`, before),
    after: after === null ? null : image(`images/${name}.run.png`, after),
    ...given,
  });
}

const writeResults = (tests: LocalTestResult[], given: Partial<LocalReport> = {}): Promise<void> =>
  writeFile(join(folder, 'report/results.json'), JSON.stringify(sampleReport(tests, given)));
const baseline = (name: string): Promise<string> => readFile(join(folder, `tests/${name}.png`), 'utf8');
const run = (names: string[] = [], testFolder = './tests/'): Promise<Approval[]> =>
  approve({ folder: testFolder, names, currentFolder: folder, reportFolder: 'report' });
const outcomes = (approvals: Approval[]): string[] =>
  approvals.map(({ name, outcome }) => `${name} ${outcome}`);

describe('approve', () => {
  it('takes what differs and what is new', async () => {
    await writeResults([
      await makeTest('a', 'old', 'changed'),
      await makeTest('b', null, 'fresh'),
      await makeTest('c', 'same', 'same'),
      await makeTest('d', 'old', null, { state: 'failed', failure: { reason: 'tls_error', message: 'x' } }),
    ]);
    expect(outcomes(await run())).toEqual(['a approved', 'b approved']);
    expect([await baseline('a'), await baseline('b'), await baseline('d')]).toEqual([
      'changed',
      'fresh',
      'old',
    ]);
    expect(outcomes(await run())).toEqual(['a already', 'b already']);
  });

  it('takes names and patterns', async () => {
    await writeResults([
      await makeTest('a1', 'old', 'changed'),
      await makeTest('a2', 'old', 'changed'),
      await makeTest('b', 'old', 'changed'),
    ]);
    expect(outcomes(await run(['a?']))).toEqual(['a1 approved', 'a2 approved']);
    expect(await baseline('b')).toBe('old');
    await expect(run(['c'])).rejects.toThrow('The last run has no test "c".');
  });

  it('refuses an image that is not the one that was captured, before it writes anything', async () => {
    await writeResults([await makeTest('a', 'old', 'changed'), await makeTest('b', 'old', 'changed')]);
    await writeFile(join(folder, 'report/images/b.run.png'), 'tampered');
    await expect(run()).rejects.toThrow('is not the one that was captured');
    expect(await baseline('a')).toBe('old');
    await rm(join(folder, 'report/images/b.run.png'));
    await expect(run()).rejects.toThrow('is missing');
  });

  it('refuses when the baseline was replaced since the run', async () => {
    await writeResults([await makeTest('a', 'old', 'changed')]);
    await writeFile(join(folder, 'tests/a.png'), "a colleague's");
    await expect(run()).rejects.toThrow('has changed since the last run');
  });

  it('refuses a named test without an image', async () => {
    const failure = { reason: 'tls_error' as const, message: 'x' };
    await writeResults([await makeTest('a', 'old', null, { state: 'failed', failure })]);
    await expect(run(['a'])).rejects.toThrow('was not captured in the last run (tls_error)');
  });

  it('refuses the report of another folder, another command, none, or something else', async () => {
    const tests = [await makeTest('a', 'old', 'changed')];
    await writeResults(tests, { folder: 'other' });
    await expect(run()).rejects.toThrow('The last run was of the folder "other"');
    await writeResults(tests, { command: 'update' });
    await expect(run()).rejects.toThrow('The last run was "dpxdt update tests"');
    await writeFile(join(folder, 'report/results.json'), '[]');
    await expect(run()).rejects.toThrow('is not a report');
    await rm(join(folder, 'report'), { recursive: true });
    await expect(run()).rejects.toThrow('There is no report');
  });
});
