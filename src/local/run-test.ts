/** One test: captures and judges, again if a difference is to be tried again. */

import { dirname, join } from 'node:path';
import type { LocalTestResult, LocalTry, ReportFailure } from '../contract/files/local-report.ts';
import type { CaptureOutcome } from '../domain/capture/capture.ts';
import { maskConfig, maskUrl } from '../domain/capture/mask-secrets.ts';
import { shotNames } from '../domain/capture/steps.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { Clock } from '../ports/clock.ts';
import type { BaselineRecords } from './baseline-records.ts';
import { captureWithRetries } from './capture-page.ts';
import { compareEnvironment } from './compare-environment.ts';
import type { RunListener } from './events.ts';
import { judgeCapture, nothing, readBefore, type Judged, type JudgeContext } from './judge-capture.ts';
import { baselineName, pageOf, type LocalTest } from './read-files.ts';
import type { Visits } from './shots.ts';
import { describeResult } from './words.ts';

export interface TestContext extends Omit<JudgeContext, 'imageName'> {
  /** How often a difference is captured again, in a fresh browser context. */
  retries: number;
  /** Whether a page that never settled fails its test. */
  failUnsettled: boolean;
  /** With what the baselines were captured. */
  records: BaselineRecords;
  capturer: Capturer;
  clock: Clock;
  visits: Visits;
  signal: AbortSignal;
  onEvent: RunListener;
  /** Limits concurrent captures; comparisons run outside of it. */
  inCaptureSlot<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Runs one test. Problems of the page or the images become part of the result.
 *
 * @throws AppError for problems that concern every test, such as `browser_missing` or a full disk; the signal's reason
 */
export async function runTest(test: LocalTest, context: TestContext): Promise<LocalTestResult> {
  let result = await runOnce(test, context, 1);
  if (context.command === 'update' || result.state !== 'differs') return result;
  const tries = [asTry(result)];
  for (let number = 2; number <= context.retries + 1; number++) {
    context.onEvent({ type: 'difference_retried', name: test.name, number, total: context.retries + 1 });
    const again = await runOnce(test, context, number);
    const tried = asTry(again);
    tries.push(tried);
    const { attempts, durationMs } = result;
    const log = `${result.log}--- captured again: ${number} of ${context.retries + 1} ---\n${again.log}`;
    // A capture that failed says nothing about the page: the difference stands.
    result = {
      ...(tried.state === 'failed' ? result : again),
      attempts: attempts + again.attempts,
      durationMs: durationMs + again.durationMs,
      log,
    };
    if (tried.state === 'same') return { ...result, tries, flaky: true };
  }
  return tries.length === 1 ? result : { ...result, tries };
}

function asTry(result: LocalTestResult): LocalTry {
  const { state, after, diffPath } = result;
  return {
    state: state === 'same' || state === 'differs' ? state : 'failed',
    image: after,
    diffPath,
    words: describeResult(result).split('\n')[0]!,
  };
}

async function runOnce(test: LocalTest, context: TestContext, number: number): Promise<LocalTestResult> {
  const page = pageOf(test, context.command);
  const { captured, before } = await context.inCaptureSlot(async () => {
    if (number === 1) context.onEvent({ type: 'test_started', name: test.name });
    const before = await readBefore(test, context);
    // An update never relies on the old image: what it writes must have settled independently.
    const expected =
      context.command === 'test' && before !== null && shotNames(page.config).length === 0
        ? { bytes: before.image, isDomKnown: before.dom !== null }
        : null;
    const { capturer, signal, onEvent } = context;
    return {
      captured: await context.visits.capture(test, page, number, () =>
        captureWithRetries(capturer, test.name, page, expected, signal, onEvent),
      ),
      before,
    };
  });
  context.onEvent({ type: 'test_stage', name: test.name, stage: 'comparing' });
  const start = context.clock.monotonicMs();
  const { outcome } = captured;
  // "~" is in no name of a baseline, so no other test has these files.
  const imageName = number === 1 ? test.fileName : `${test.fileName}~${number}`;
  const judged = await judgeCapture(test, before, outcome, { ...context, imageName });
  const environment = compareEnvironment(
    baselineName(test),
    before?.image ?? null,
    judged.state,
    outcome,
    context,
  );
  return {
    ...emptyResult(test, context),
    url: maskUrl(page.url),
    config: maskConfig(page.config),
    ...(context.failUnsettled ? withoutUnsettled(judged, outcome) : judged),
    attempts: captured.attempts,
    shots: outcome.ok ? outcome.shots : null,
    settled: outcome.ok ? outcome.settled : null,
    incomplete: [...(outcome.incomplete ?? [])],
    incompleteCount: outcome.incompleteCount ?? 0,
    ...environment,
    warnings: [...environment.warnings, ...(outcome.ok ? outcome.warnings : [])],
    log: captured.log,
    durationMs: Math.round(outcome.durationMs + context.clock.monotonicMs() - start),
  };
}

/** A page that never settled fails, whatever its last screenshot shows. */
function withoutUnsettled(judged: Judged, outcome: CaptureOutcome): Judged {
  if (!outcome.ok || outcome.settled || judged.failure !== null) return judged;
  const message = `The page never settled: no two of ${outcome.shots} screenshots in a row were equal. Hide or mask what moves, or call without --fail-unsettled.`;
  const state = judged.state === 'differs' ? 'differs' : 'failed';
  return { ...judged, state, failure: { reason: 'page_never_settles', message } };
}

/** The result of a test that could not be captured. */
export function failedResult(
  test: LocalTest,
  context: Pick<TestContext, 'command' | 'file'>,
  failure: ReportFailure,
  log = '',
): LocalTestResult {
  return { ...emptyResult(test, context), state: 'failed', failure, log };
}

function emptyResult(
  test: LocalTest,
  { command, file }: Pick<TestContext, 'command' | 'file'>,
): LocalTestResult {
  const page = pageOf(test, command);
  return {
    name: test.name,
    file,
    reference: join(dirname(file), baselineName(test)),
    url: maskUrl(page.url),
    ...(test.ref === null ? {} : { refUrl: maskUrl(test.ref.url) }),
    ...nothing('failed', null),
    attempts: 0,
    shots: null,
    settled: null,
    incomplete: [],
    incompleteCount: 0,
    warnings: [],
    log: '',
    durationMs: 0,
    config: maskConfig(page.config),
  };
}
