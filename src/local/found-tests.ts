/** Tests that a sitemap or a crawl finds, once the server of their file is there. */

import type { LocalSource } from '../contract/files/local-config.ts';
import { fanOut } from '../domain/capture/fan-out.ts';
import type { LocalTestResult } from '../contract/files/local-report.ts';
import { AppError } from '../base/errors.ts';
import { isTagged, type TestChoice } from './choose-tests.ts';
import type { RunListener } from './events.ts';
import { fileNameKey } from './file-name.ts';
import { toTests, type LocalSuite, type LocalTest } from './read-files.ts';
import { failedResult } from './run-test.ts';

/** What a sitemap or a crawl leads to. */
export interface FoundPages {
  pages: { name: string; url: string }[];
  /** A sentence each. */
  warnings: string[];
  /** Why there is no page; null if there is one. */
  problem: string | null;
}

/** @throws AppError if the site or the sitemap cannot be read; the signal's reason */
export type FindPages = (source: LocalSource, signal: AbortSignal) => Promise<FoundPages>;

type Source = LocalSuite['sources'][number];

/** The tests of a run that are known so far, by the file of their baseline. */
export class KnownTests {
  readonly #byFile = new Map<string, LocalTest>();
  /** Whether a sitemap or a crawl did not tell all of its pages. */
  isIncomplete = false;

  constructor(tests: readonly LocalTest[]) {
    for (const test of tests) this.add(test);
  }

  get all(): LocalTest[] {
    return [...this.#byFile.values()];
  }

  /** @returns the test that has the same baseline; null after adding this one */
  add(test: LocalTest): LocalTest | null {
    const key = fileNameKey(test.fileName);
    const other = this.#byFile.get(key) ?? null;
    if (other === null) this.#byFile.set(key, test);
    return other;
  }
}

export interface FindingContext {
  command: 'test' | 'update';
  choice: TestChoice;
  known: KnownTests;
  findPages: FindPages;
  /** Leaves out what this run is not about. */
  chooseFound: (tests: LocalTest[]) => Promise<LocalTest[]>;
  onEvent: RunListener;
  signal: AbortSignal;
}

/** The chosen tests of a file's sitemap and crawl, and results for what could not be found. */
export async function findTests(
  suite: LocalSuite,
  context: FindingContext,
): Promise<{ tests: LocalTest[]; failures: LocalTestResult[] }> {
  const tests: LocalTest[] = [];
  const failures: LocalTestResult[] = [];
  const { known, onEvent } = context;
  const fail = (test: LocalTest, message: string): void => {
    const subject = { command: context.command, file: suite.file };
    failures.push(failedResult(test, subject, { reason: 'source_failed', message }));
  };
  for (const source of suite.sources) {
    if (!isTagged(source.tags, context.choice.tags)) continue;
    const what = `${source.kind} of ${source.url}`;
    onEvent({ type: 'waiting', what: `the ${what}` });
    const found = await findPages(source, context);
    for (const message of found.warnings) onEvent({ type: 'warning', message: `${what}: ${message}` });
    known.isIncomplete ||= found.problem !== null;
    if (found.problem !== null) fail(testOf(suite, source, { name: what, url: source.url }), found.problem);
    for (const test of found.pages.flatMap((page) => testsOf(suite, source, page))) {
      const other = known.add(test);
      if (other === null) tests.push(test);
      else fail(test, `The name "${test.name}" is already used by the test at ${other.where}.`);
    }
    onEvent({ type: 'tests_found', file: suite.file, what, pageCount: found.pages.length });
  }
  return { tests: await context.chooseFound(tests), failures };
}

async function findPages(source: LocalSource, context: FindingContext): Promise<FoundPages> {
  try {
    return await context.findPages(source, context.signal);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    return { pages: [], warnings: [], problem: error.message };
  }
}

function testOf(suite: LocalSuite, source: Source, page: { name: string; url: string }): LocalTest {
  return testsOf(suite, { ...source, config: {} }, page)[0]!;
}

function testsOf(
  { baselineRule }: LocalSuite,
  { config, tags, path, where }: Source,
  { name, url }: { name: string; url: string },
): LocalTest[] {
  return fanOut(config).flatMap((capture) => {
    const run = { url, config: capture.config };
    const spec = { name: `${name}${capture.suffix}`, run, ref: null, tags, path };
    // The crawler's addresses are absolute: no folder is needed.
    return toTests(spec, where, '', baselineRule);
  });
}
