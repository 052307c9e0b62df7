import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleReport, sampleResult } from '../../test/support/sample-local-report.ts';
import type {
  LocalReport,
  LocalTestResult,
  ReportComparison,
  ReportImage,
} from '../contract/files/local-report.ts';
import { approveChanges, type ChangeApproval } from './approve-changes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dpxdt-approve-'));
  await mkdir(join(folder, 'tests'));
  await mkdir(join(folder, 'report/images'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const box = { left: 0, top: 0, width: 8, height: 4 };

/** A test that differs in the changes with these digits. */
async function makeTest(name: string, changes: string[], complete = true): Promise<LocalTestResult> {
  const image = async (path: string, text: string): Promise<ReportImage> => {
    await writeFile(join(folder, 'report', path), text);
    return { path, sha1sum: createHash('sha1').update(text).digest('hex'), width: 8, height: 4 };
  };
  await writeFile(join(folder, `tests/${name}.png`), `old ${name}`);
  return sampleResult({
    name,
    reference: `tests/${name}.png`,
    state: 'differs',
    before: await image(`images/${name}.ref.png`, `old ${name}`),
    after: await image(`images/${name}.run.png`, `new ${name}`),
    comparison: {
      alignment: {
        changes: changes.map((digits) => ({
          kind: 'changed',
          before: box,
          after: box,
          changedPixels: 5,
          fingerprint: `fp1:${digits.padEnd(32, '0')}`,
        })),
        changeCount: changes.length,
        complete,
      },
    } as unknown as ReportComparison,
  });
}

const writeResults = (tests: LocalTestResult[], given: Partial<LocalReport> = {}): Promise<void> =>
  writeFile(join(folder, 'report/results.json'), JSON.stringify(sampleReport(tests, given)));
const approve = (...changes: string[]): Promise<ChangeApproval> =>
  approveChanges({ folder: 'tests', changes, currentFolder: folder, reportFolder: 'report' });
const replaced = ({ approvals }: ChangeApproval): string[] =>
  approvals.map(({ name, outcome }) => `${name} ${outcome}`);
const waiting = (result: ChangeApproval): string[] =>
  result.waiting.map(({ name, changes }) => `${name}: ${changes.map(({ id }) => id).join()}`);
const baseline = (name: string): Promise<string> => readFile(join(folder, `tests/${name}.png`), 'utf8');

describe('approving changes', () => {
  it('replaces a baseline when all changes of its test are approved, over several calls', async () => {
    await writeResults([
      await makeTest('a', ['aaaaaa']),
      await makeTest('b', ['aaaaaa', 'bbbbbb', 'cccccc']),
      await makeTest('c', ['cccccc']),
    ]);
    const first = await approve('aaaaaa');
    expect([replaced(first), waiting(first)]).toEqual([['a approved'], ['b: bbbbbb,cccccc']]);
    expect([await baseline('a'), await baseline('b'), await baseline('c')]).toEqual([
      'new a',
      'old b',
      'old c',
    ]);
    const second = await approve('BBBBBB', 'fp1:bbbbbb');
    expect([second.changes.length, replaced(second), waiting(second)]).toEqual([1, [], ['b: cccccc']]);
    const third = await approve('cccccc');
    expect([replaced(third), waiting(third)]).toEqual([['b approved', 'c approved'], []]);
    expect(replaced(await approve('cccccc'))).toEqual(['b already', 'c already']);
  });

  it('never decides a test whose changes are not all known', async () => {
    await writeResults([await makeTest('a', ['aaaaaa'], false), await makeTest('b', ['aaaaaa'])]);
    const result = await approve('aaaaaa');
    expect([replaced(result), waiting(result), result.wholeOnly]).toEqual([['b approved'], [], ['a']]);
    expect(await baseline('a')).toBe('old a');
  });

  it('forgets approvals of an earlier run', async () => {
    const tests = [await makeTest('a', ['aaaaaa', 'bbbbbb'])];
    await writeResults(tests);
    await approve('aaaaaa');
    await writeResults(tests, { startedAt: '2026-02-03T04:05:06.789Z' });
    expect(waiting(await approve('bbbbbb'))).toEqual(['a: aaaaaa']);
    await writeFile(join(folder, 'report/approved-changes.json'), '[]');
    await expect(approve('bbbbbb')).rejects.toThrow('is no list of approved changes');
  });

  it('says which IDs there are when one is unknown or ambiguous', async () => {
    await writeResults([await makeTest('a', ['abcdef1', 'abcdef2'])]);
    await expect(approve('ABC')).rejects.toThrow(
      'The ID "ABC" could be any of these: abcdef1 (Changed, 8 × 4); abcdef2 (Changed, 8 × 4); give more of it.',
    );
    await expect(approve('abcdef1', 'x')).rejects.toThrow(
      'The last run has no change "x"; it has abcdef1 (Changed, 8 × 4); abcdef2 (Changed, 8 × 4).',
    );
    await writeResults([]);
    await expect(approve('x')).rejects.toThrow('it has no changes with an ID');
  });

  it('writes nothing if an image of a test is not the one that was captured', async () => {
    await writeResults([await makeTest('a', ['aaaaaa']), await makeTest('b', ['aaaaaa'])]);
    await writeFile(join(folder, 'report/images/b.run.png'), 'tampered');
    await expect(approve('aaaaaa')).rejects.toThrow('is not the one that was captured');
    expect(await baseline('a')).toBe('old a');
    await expect(readFile(join(folder, 'report/approved-changes.json'))).rejects.toThrow('ENOENT');
  });
});
