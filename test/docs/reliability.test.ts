import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

const named = [...page.matchAll(/`((?:test|src)\/[^`]+\.test\.ts)` “([^”]+)”/g)].map(
  ([, file, name]) => [file!, name!] as const,
);

const numbers = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

const promised = [
  ...numbers('P', 1, 21),
  ...['P23', 'P24'],
  ...numbers('P', 41, 44),
  ...numbers('P', 46, 51),
  ...numbers('D', 1, 15),
  ...numbers('D', 16, 22),
  ...numbers('D', 25, 30),
  ...numbers('T', 1, 22),
  ...numbers('T', 29, 41),
  ...numbers('T', 46, 49),
  ...['T53', 'T54', 'T60', 'T63'],
];

test.each(promised)('%s has a row, and the row names a test', (id) => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|') && line.split('|')[1]!.trim().split(', ').includes(id));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatch(/`[^`]+\.test\.ts` “/);
});

test.each(named)('%s has a test “%s”', (file, name) => {
  expect(existsSync(join(root, file)), file).toBe(true);
  const source = readFileSync(join(root, file), 'utf8');
  const titles = ["'", '"', '`'].map((quote) => `${quote}${name}${quote}`);
  expect(titles.some((title) => source.includes(title))).toBe(true);
});

test('every test is named in full', () => {
  expect(named.length).toBe(page.split('.test.ts` “').length - 1);
  expect(named.length).toBeGreaterThan(promised.length);
});
