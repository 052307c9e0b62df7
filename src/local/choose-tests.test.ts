import { describe, expect, it } from 'vitest';
import {
  chooseTests,
  isInShard,
  parseShard,
  parseTag,
  unknownTags,
  type TestChoice,
} from './choose-tests.ts';
import type { LocalSuite, LocalTest } from './read-files.ts';

const test = (name: string, ...tags: string[]): LocalTest => {
  const run = { url: 'http://x/', config: {} };
  return { name, fileName: name, where: '', tags, run, ref: null };
};
const suite: LocalSuite = {
  file: 'a.yaml',
  setup: null,
  shell: null,
  waitFor: null,
  hints: [],
  sources: [],
  baselineRule: 'shared',
  tests: [test('home', 'smoke'), test('cart', 'smoke', 'slow'), test('about')],
};
const chosen = (choice: Partial<TestChoice>, suites = [suite]): string[] =>
  chooseTests(suites, { filter: '', tags: [], shard: null, ...choice }).flatMap(({ tests }) =>
    tests.map(({ name }) => name),
  );

describe('chooseTests', () => {
  it.each([
    [[], ['home', 'cart', 'about']],
    [['smoke'], ['home', 'cart']],
    [['smoke', '!slow'], ['home']],
    [['!slow'], ['home', 'about']],
    [['slow', 'other'], ['cart']],
  ])('tags %j choose %j', (tags, names) => {
    expect(chosen({ tags })).toEqual(names);
  });

  it('puts every test into one shard, whichever others there are', () => {
    const names = Array.from({ length: 300 }, (_, index) => `page ${index}`);
    const parts = [1, 2, 3].map((index) =>
      chosen({ shard: { index, total: 3 } }, [{ ...suite, tests: names.map((name) => test(name)) }]),
    );
    expect(parts.flat().sort()).toEqual([...names].sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(70);
    expect(isInShard('page 7', { index: 1, total: 3 })).toBe(parts[0]!.includes('page 7'));
  });

  it('says which tag no test has', () => {
    expect(unknownTags([suite], ['smoke', '!slwo'])).toEqual([
      'No test has the tag "slwo". Did you mean "slow"?',
    ]);
  });
});

it.each(['0/3', '4/3', '1', '1/0', '1/?', 'a/b'])('refuses the shard %s', (text) => {
  expect(() => parseShard(text)).toThrow('two numbers such as 2/5');
});

it.each(['smoke', '!slow', 'a/b:c-1', 'größe'])('takes the tag %s', (text) => {
  expect(parseTag(text)).toBe(text);
});

it.each([
  ['', ''],
  ['!', ''],
  ['smoke,fast', ' Repeat --tag for several.'],
  ['smoke fast', ' Repeat --tag for several.'],
])('refuses the tag "%s"', (text, hint) => {
  expect(() => parseTag(text)).toThrow(
    `--tag must be a word such as smoke, or !smoke for tests without it (got "${text}").${hint}`,
  );
});
