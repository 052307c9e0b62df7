import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { decisionRecords, decisionsPage, unusedNumbers } from '../../scripts/decisions-index.ts';

function folderOf(records: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-adr-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(records)) writeFileSync(join(folder, name), text);
  return folder;
}

it('every record is in the index, and every number is a record or said to be unused', () => {
  const records = decisionRecords();
  const page = decisionsPage('');
  expect(records.length).toBeGreaterThan(15);
  for (const { number, file, title } of records)
    expect(page).toContain(`| ${number} | [${title}](${file}) |`);
  const unused = unusedNumbers(records);
  const count = unused.split(', ').reduce((sum, range) => {
    const [first, last = first] = range.split('–').map(Number) as [number, number?];
    return sum + last - first + 1;
  }, 0);
  expect(records.length + (unused === '' ? 0 : count)).toBe(Math.max(...records.map(({ number }) => number)));
  if (unused !== '') expect(page).toContain(`Never used: ${unused}.`);
});

it.each([
  [[1, 2, 3], ''],
  [[1, 3], '2'],
  [[2, 4, 8, 9], '1, 3, 5–7'],
])('of %j the numbers %s are unused', (numbers, unused) => {
  expect(unusedNumbers(numbers.map((number) => ({ number })))).toBe(unused);
});

it('reads the status of a record', () => {
  const folder = folderOf({
    '0001-a.md': '# 1. A\n\n**Status.** replaced by 2\n',
    '0002-b.md': '# 2. B\n',
    'README.md': '# Decisions\n',
  });
  expect(decisionRecords(folder).map(({ status }) => status)).toEqual(['replaced by 2', 'accepted']);
});

it.each([
  [{ '0003-a.md': '# 4. A\n' }, 'docs/adr/0003-a.md must begin with "# 3. Title".'],
  [{ '0003-a.md': 'A\n' }, 'must begin with'],
  [{ 'notes.md': '# 1. A\n' }, 'docs/adr/notes.md must begin with'],
  [{ '0003-a.md': '# 3. A\n', '0003-b.md': '# 3. B\n' }, 'Two records have the number 3.'],
])('refuses %j', (records, message) => {
  expect(() => decisionRecords(folderOf(records))).toThrow(message);
});
