/** Which tests of the files run: by name, tag and shard. */

import { createHash } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import type { LocalSuite, LocalTest } from './read-files.ts';
import { tagPattern } from '../contract/files/local/schemas.ts';
import { createTestFilter } from './test-filter.ts';

export interface TestChoice {
  /** In googletest's syntax; empty: every test. */
  filter: string;
  /** `smoke`: tests with one of these; `!slow`: none with one of these. Empty: every test. */
  tags: readonly string[];
  /** Null: every test. */
  shard: Shard | null;
}

/** One of several parts; `index` counts from 1. */
export interface Shard {
  index: number;
  total: number;
}

/**
 * The chosen tests, file by file; files without any are omitted, unless a sitemap or a crawl may find some.
 */
export function chooseTests(
  suites: readonly LocalSuite[],
  choice: TestChoice,
): { suite: LocalSuite; tests: LocalTest[] }[] {
  const isChosen = chooserOf(
    choice,
    suites.flatMap((suite) => suite.tests),
  );
  return suites
    .map((suite) => ({ suite, tests: suite.tests.filter(isChosen) }))
    .filter(
      ({ suite, tests }) =>
        tests.length > 0 || suite.sources.some((source) => isTagged(source.tags, choice.tags)),
    );
}

/** @param all tests, whose names the filter may name exactly */
export function chooserOf(
  { filter, tags, shard }: TestChoice,
  all: readonly LocalTest[],
): (test: LocalTest) => boolean {
  const isWanted = createTestFilter(
    filter,
    all.map((test) => test.name),
  );
  return (test) =>
    isWanted(test.name) && isTagged(test.tags, tags) && (shard === null || isInShard(test.name, shard));
}

/** @param chosen as in {@link TestChoice} */
export function isTagged(tags: readonly string[], chosen: readonly string[]): boolean {
  const wanted = chosen.filter((tag) => !tag.startsWith('!'));
  return (
    (wanted.length === 0 || wanted.some((tag) => tags.includes(tag))) &&
    !chosen.some((tag) => tag.startsWith('!') && tags.includes(tag.slice(1)))
  );
}

/** Depends on the name alone: a test stays in its shard when others come and go. */
export function isInShard(name: string, { index, total }: Shard): boolean {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % total === index - 1;
}

/**
 * @param text such as `smoke` or `!slow`
 * @throws AppError `invalid_argument`
 */
export function parseTag(text: string): string {
  if (tagPattern.test(text.replace(/^!/, ''))) return text;
  const hint = /[,\s]/.test(text.trim()) ? ' Repeat --tag for several.' : '';
  throw new AppError(
    'invalid_argument',
    `--tag must be a word such as smoke, or !smoke for tests without it (got "${text}").${hint}`,
  );
}

/**
 * @param text such as `2/5`
 * @throws AppError `invalid_argument`
 */
export function parseShard(text: string): Shard {
  const [, index, total] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  if (index === undefined || Number(index) > Number(total)) {
    throw new AppError(
      'invalid_argument',
      `--shard must be two numbers such as 2/5, the first at most the second (got "${text}").`,
    );
  }
  return { index: Number(index), total: Number(total) };
}

/** A sentence for each tag that no test has: "!slwo" would otherwise run everything without a word. */
export function unknownTags(suites: readonly LocalSuite[], tags: readonly string[]): string[] {
  const known = new Set(
    suites.flatMap(({ tests, sources }) => [...tests, ...sources].flatMap((one) => one.tags)),
  );
  return tags
    .map((tag) => tag.replace(/^!/, ''))
    .filter((tag) => !known.has(tag))
    .map((tag) => `No test has the tag "${tag}".${didYouMean(tag, known)}`);
}
