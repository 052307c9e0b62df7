/** One YAML file: `setup`, `waitFor`, then its tests, several at a time; then ends everything that `setup` started. */

import type { LocalTestResult, ReportFailure } from '../contract/files/local-report.ts';
import { AppError } from '../base/errors.ts';
import { findTests, type FindingContext } from './found-tests.ts';
import { startScript, type RunningScript, type ScriptOptions } from './bash-script.ts';
import { pageOf, type LocalSuite, type LocalTest } from './read-files.ts';
import { failedResult, runTest, type TestContext } from './run-test.ts';
import { answers, describeEnd, describeWait, outputOf, waitForScript, waitForUrl } from './wait-for.ts';

export interface SuiteContext extends Omit<TestContext, 'file'>, FindingContext {
  currentFolder: string;
  env: NodeJS.ProcessEnv;
  /** False: skips `setup` and `waitFor` scripts. */
  runScripts: boolean;
  /** Between SIGTERM and SIGKILL. */
  graceMs: number;
  /** How long to wait for the first page when `setup` has no `waitFor`. */
  implicitWaitMs: number;
  /** Limits how many tests hold images in memory. */
  inFlight<T>(work: () => Promise<T>): Promise<T>;
}

/** Where nothing listens, that is known at once: only a server that is busy is waited for. */
const staleProbeMs = 3_000;

/** A failure of `setup` or `waitFor`: no test of the file can pass. */
class SuiteFailure extends Error {
  readonly failure: ReportFailure;

  constructor(failure: ReportFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/**
 * @returns one result per test, in the file's order
 * @throws errors that concern every file, such as AppError `browser_missing`; the signal's reason when it is aborted
 */
export async function runSuite(
  suite: LocalSuite,
  listed: readonly LocalTest[],
  context: SuiteContext,
): Promise<LocalTestResult[]> {
  const { onEvent } = context;
  onEvent({ type: 'suite_started', file: suite.file, testCount: listed.length });
  const tests = [...listed];
  const failures: LocalTestResult[] = [];
  const results = new Map<LocalTest, LocalTestResult>();
  const ending = new AbortController();
  const signal = AbortSignal.any([context.signal, ending.signal]);
  let setup: RunningScript | null = null;
  try {
    setup = await startSetup(suite, { ...context, signal });
    void setup?.ended.then((end) => {
      if (end.status === 0) return;
      ending.abort(new SuiteFailure(setupFailure(setup!)));
    });
    await waitUntilReady(suite, tests, setup, { ...context, signal });
    if (suite.sources.length > 0) {
      const found = await findTests(suite, { ...context, signal });
      tests.push(...found.tests);
      failures.push(...found.failures);
      onEvent({ type: 'tests_added', count: found.tests.length + found.failures.length });
      for (const result of found.failures) onEvent({ type: 'test_finished', result });
    }
    await runTests(suite, tests, results, ending, { ...context, signal });
  } catch (caught) {
    context.signal.throwIfAborted();
    // Work that failed because the file ended early reports the reason for that.
    const error: unknown = ending.signal.aborted ? ending.signal.reason : caught;
    if (!(error instanceof SuiteFailure)) throw error;
    onEvent({ type: 'suite_failed', file: suite.file, message: error.message });
    context.known.isIncomplete ||= suite.sources.length > 0;
    for (const test of tests) {
      if (results.has(test)) continue;
      const result = failedResult(test, { command: context.command, file: suite.file }, error.failure);
      results.set(test, result);
      onEvent({ type: 'test_finished', result });
    }
  } finally {
    await setup?.stop();
  }
  return [...tests.map((test) => results.get(test)!), ...failures];
}

async function startSetup(suite: LocalSuite, context: SuiteContext): Promise<RunningScript | null> {
  const { onEvent } = context;
  if (suite.setup === null || suite.setup.trim() === '' || !context.runScripts) return null;
  if (suite.waitFor?.kind === 'url' && (await answers(suite.waitFor.url, staleProbeMs, context.signal))) {
    onEvent({
      type: 'warning',
      message: `${suite.waitFor.url} answers before setup has run: a leftover server may be running, and the tests may capture its pages.`,
    });
  }
  context.signal.throwIfAborted();
  onEvent({ type: 'setup_started', file: suite.file, script: suite.setup });
  try {
    return await startScript(suite.setup, scriptOptions(suite, context));
  } catch (error) {
    throw asSuiteFailure('setup_failed', error);
  }
}

function scriptOptions(suite: LocalSuite, context: SuiteContext): ScriptOptions {
  return {
    shell: suite.shell,
    currentFolder: context.currentFolder,
    env: context.env,
    graceMs: context.graceMs,
    onLine: (line) => context.onEvent({ type: 'setup_output', file: suite.file, line }),
  };
}

function setupFailure(setup: RunningScript): ReportFailure {
  return { reason: 'setup_failed', message: `setup ${describeEnd(setup.end!)}.${outputOf(setup)}` };
}

async function waitUntilReady(
  suite: LocalSuite,
  tests: readonly LocalTest[],
  setup: RunningScript | null,
  context: SuiteContext,
): Promise<void> {
  const { onEvent, signal, clock } = context;
  const { waitFor } = suite;
  if (waitFor?.kind === 'script' && !context.runScripts) return;
  if (waitFor === null) {
    if (setup !== null) await waitForFirstPage(suite, tests, setup, context);
    return;
  }
  const what = describeWait(waitFor);
  onEvent({ type: 'waiting', what });
  try {
    if (waitFor.kind === 'url') await waitForUrl(waitFor, { clock, signal });
    else await waitForScript(waitFor, { ...scriptOptions(suite, context), clock, signal });
  } catch (error) {
    signal.throwIfAborted();
    const failure = asSuiteFailure('wait_for_failed', error);
    if (setup !== null && waitFor.kind === 'url') failure.failure.message += outputOf(setup, 'setup');
    throw failure;
  }
  onEvent({ type: 'wait_succeeded', what, isUrl: waitFor.kind === 'url' });
}

/**
 * Without `waitFor`: waits until the first page's server answers with any status or, if every page is a file, until
 * `setup` has ended. The wait is limited; after it, the captures report what is wrong.
 */
async function waitForFirstPage(
  suite: LocalSuite,
  tests: readonly LocalTest[],
  setup: RunningScript,
  context: SuiteContext,
): Promise<void> {
  const { signal, clock, implicitWaitMs } = context;
  const urls = [
    ...suite.sources.map(({ start }) => start),
    ...tests.map((test) => pageOf(test, context.command).url),
  ];
  const url = urls.find((candidate) => !candidate.startsWith('file:'));
  if (url === undefined) {
    const timer = new AbortController();
    const timeout = clock.sleep(implicitWaitMs, AbortSignal.any([timer.signal, signal]));
    try {
      await Promise.race([setup.ended, timeout]);
    } finally {
      timer.abort();
    }
    return;
  }
  await waitForUrl({ url, timeoutMs: implicitWaitMs }, { clock, signal, anyStatus: true }).catch(() => {
    signal.throwIfAborted();
  });
}

async function runTests(
  suite: LocalSuite,
  tests: readonly LocalTest[],
  results: Map<LocalTest, LocalTestResult>,
  ending: AbortController,
  context: SuiteContext,
): Promise<void> {
  const subject = { ...context, file: suite.file };
  const finish = (test: LocalTest, result: LocalTestResult): void => {
    results.set(test, result);
    context.onEvent({ type: 'test_finished', result });
  };
  const run = async (test: LocalTest): Promise<void> => {
    context.signal.throwIfAborted();
    try {
      finish(test, await runTest(test, subject));
    } catch (error) {
      context.signal.throwIfAborted();
      // An expected error that is not the outcome of one test concerns them all, so the others stop.
      if (error instanceof AppError) return ending.abort(error);
      const message = `Unexpected: ${error instanceof Error ? error.message : String(error)}`;
      finish(test, failedResult(test, subject, { reason: 'internal', message }));
    }
  };
  await Promise.allSettled(tests.map((test) => context.inFlight(() => run(test))));
  context.signal.throwIfAborted();
}

function asSuiteFailure(reason: 'setup_failed' | 'wait_for_failed', error: unknown): SuiteFailure {
  if (!(error instanceof AppError)) throw error;
  return new SuiteFailure({ reason, message: error.message });
}
