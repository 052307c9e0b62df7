/**
 * `docs/reliability.md`: one block per promise, so that two changes meet only where both touch the same promise.
 *
 * ```md
 * ### P1, D13: Title
 *
 * The promise, in one paragraph.
 *
 * How: what keeps it, in one paragraph; left out where the promise says it all.
 *
 * - `test/store/artifacts.test.ts` “the title of a test, in full”
 * ```
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

interface NamedTest {
  file: string;
  title: string;
}

interface PromiseBlock {
  ids: readonly string[];
  promise: string;
  tests: readonly NamedTest[];
}

const testItem = /^- `((?:test|src)\/[^`]+\.test\.tsx?)` “([^”]+)”$/;

/** The blocks of a page. @throws where one is not written as above */
function blocksOf(markdown: string): PromiseBlock[] {
  const pieces = markdown.split(/^(?=##+ )/m).filter((piece) => piece.startsWith('### '));
  return pieces.map((piece) => {
    const [heading, ...paragraphs] = piece.trim().split(/\n{2,}/);
    const ids = /^### ([A-Z]\d+(?:, [A-Z]\d+)*): \S.*$/.exec(heading!)?.[1]?.split(', ');
    const [promise, ...rest] = paragraphs;
    const items = rest.pop()?.split('\n') ?? [];
    const tests = items.map((item) => testItem.exec(item));
    const isWhole =
      ids !== undefined &&
      promise !== undefined &&
      !/^(How:|-|\|)/.test(promise) &&
      rest.every((paragraph) => paragraph.startsWith('How: ')) &&
      rest.length <= 1 &&
      tests.length > 0 &&
      tests.every((found) => found !== null);
    if (!isWhole) throw new Error(`not a promise: ${piece}`);
    return { ids, promise, tests: tests.map((found) => ({ file: found[1]!, title: found[2]! })) };
  });
}

const blocks = blocksOf(page);
const named = blocks.flatMap(({ tests }) => tests);
const ids = blocks.flatMap((block) => block.ids);

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

test.each(promised)('%s has a block', (id) => {
  expect(ids).toContain(id);
});

test('no id is used twice', () => {
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test.each(named)('$file has a test “$title”', ({ file, title }) => {
  expect(existsSync(join(root, file)), file).toBe(true);
  const source = readFileSync(join(root, file), 'utf8');
  const titles = ["'", '"', '`'].map((quote) => `${quote}${title}${quote}`);
  expect(titles.some((quoted) => source.includes(quoted))).toBe(true);
});

test('every test on the page is named in full, inside a block', () => {
  expect(named).toHaveLength(page.split(/\.test\.tsx?`/).length - 1);
  expect(named.length).toBeGreaterThan(promised.length);
});

test('no row of a table and no long line is left', () => {
  const lines = page.split('\n').filter((line) => !line.startsWith('- `'));
  expect(lines.filter((line) => line.startsWith('|') || line.length > 150)).toEqual([]);
});

describe('the check', () => {
  const whole = '### P1: Title\n\nIt holds.\n\nHow: well.\n\n- `test/a.test.ts` “title”\n';

  test('reads a block', () => {
    expect(blocksOf(`# Page\n\n## Area\n\nText.\n\n${whole}\n## Next\n`)).toEqual([
      { ids: ['P1'], promise: 'It holds.', tests: [{ file: 'test/a.test.ts', title: 'title' }] },
    ]);
  });

  test.each([
    ['without an id', whole.replace('P1: ', '')],
    ['without a promise', whole.replace('It holds.\n\n', '')],
    ['with no test', whole.replace(/- .*\n/, '')],
    ['with a test that has no title', whole.replace(' “title”', '')],
    ['with a paragraph too many', whole.replace('How: well.', 'How: well.\n\nHow: better.')],
  ])('refuses a block %s', (_what, block) => {
    expect(() => blocksOf(block)).toThrow('not a promise');
  });
});
