import { describeEnvironments } from './baseline-groups.ts';
import { captureProperties } from '../domain/capture/capture-properties.ts';
import { escapeXml } from '../base/xml-text.ts';
import { describeMissing, describeRun, joinSentences, stateOf } from './describe-run.ts';
import { isRefused, resultWithRefused } from './refused-runs.ts';
import type { MissingPage, ReleaseOutcome, ReleaseResult, RunResult } from './release-outcome.ts';
import { nameOfRelease, type ToolReport } from './tool-report.ts';

interface TestCase {
  name: string;
  outcome: 'passed' | 'failure' | 'error' | 'skipped';
  type: string;
  message: string;
  /** Lines of separate properties. */
  properties: string[];
}

/**
 * JUnit XML as CI systems read it: one `testsuite` per release, one `testcase` per run. A difference is a failure, a
 * failed capture or comparison is an error, or skipped if a person accepted it, a run without a baseline is skipped, or a failure where new pages are
 * reviewed. A page that is missing is a failure, too, unless its removal is confirmed or needs no decision. A release
 * that never became ready or in which nothing was compared is a separate error.
 */
export function toJUnitXml({ tool, outcome, judgement }: ToolReport): string {
  const result = resultWithRefused(outcome);
  const cases = result === null ? [] : casesOf(result, outcome.resultsUrl);
  const explained = cases.some((testCase) => testCase.outcome === 'failure' || testCase.outcome === 'error');
  if (judgement.status !== 0 && !explained) {
    const message = judgement.sentences.join(' ');
    cases.push({
      name: 'release',
      outcome: 'error',
      type: `exit_status_${judgement.status}`,
      message,
      properties: [],
    });
  }
  const suite = nameOfRelease(outcome) ?? 'no release';
  const totals = totalsOf(cases, outcome.durationMs);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dpxdt ${escapeXml(tool)}" ${totals}>`,
    `  <testsuite name="${escapeXml(suite)}" ${totals}>`,
    ...propertiesOf(outcome),
    ...cases.flatMap((testCase) => linesOf(testCase, suite)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function propertiesOf({ resultsUrl, result }: ReleaseOutcome): string[] {
  const properties = [
    ['results_url', resultsUrl],
    ['status', result?.status ?? null],
    ['decided_by', result?.decidedBy ?? null],
    ['decision_note', result?.decisionNote ?? null],
    ...(result === null ? [] : describeEnvironments(result.runs)).map(
      (text) => ['environment', text] as const,
    ),
  ] as const;
  const lines = properties.flatMap(([name, value]) =>
    value === null ? [] : [`      <property name="${name}" value="${escapeXml(value)}"/>`],
  );
  return lines.length === 0 ? [] : ['    <properties>', ...lines, '    </properties>'];
}

function casesOf({ runs, missing, rules, status }: ReleaseResult, resultsUrl: string | null): TestCase[] {
  const isGood = status === 'good';
  const isNewReviewed = rules.reviewsNew;
  return [
    ...runs.map((run) => testCaseOf(run, { isGood, isNewReviewed })),
    ...missing
      .filter(({ verdict }) => verdict !== 'confirmed')
      .map((page) => missingCaseOf(page, { isAsked: !isGood && rules.reviewsMissing, isGood, resultsUrl })),
  ];
}

function missingCaseOf(
  page: MissingPage,
  { isAsked, isGood, resultsUrl }: { isAsked: boolean; isGood: boolean; resultsUrl: string | null },
): TestCase {
  const isFailure = isAsked || (!isGood && page.verdict === 'rejected');
  const message = [describeMissing(page), resultsUrl ?? ''].filter((part) => part !== '').join(' ');
  const outcome = isFailure ? 'failure' : 'skipped';
  return { name: page.name, outcome, type: 'missing', message, properties: [] };
}

function testCaseOf(
  run: RunResult,
  { isGood, isNewReviewed }: { isGood: boolean; isNewReviewed: boolean },
): TestCase {
  const state = stateOf(run);
  const reason = run.status === 'no_diff_needed' ? undefined : run.baseline?.reason;
  const message = joinSentences([describeRun(run), reason, run.resultsUrl]);
  const isToReview = isNewReviewed && state === 'new' && run.verdict === 'none';
  const isAccepted = state === 'failed' && run.verdict === 'approved';
  const usual = isToReview ? 'failure' : isAccepted ? 'skipped' : (outcomes[state] ?? 'passed');
  const outcome = isGood && !isRefused(run) ? 'passed' : usual;
  const properties = captureProperties({
    incomplete: [...run.incomplete, ...run.refIncomplete],
    incompleteCount: run.incompleteCount,
    warnings: [...run.warnings, ...run.refWarnings],
    warningCount: run.warningCount,
  });
  return { name: run.name, outcome, type: run.failureReason ?? state, message, properties };
}

const outcomes: Record<string, TestCase['outcome']> = {
  differs: 'failure',
  rejected: 'failure',
  failed: 'error',
  waiting: 'error',
  new: 'skipped',
};

function totalsOf(cases: readonly TestCase[], durationMs: number): string {
  const count = (outcome: TestCase['outcome']): number =>
    cases.filter((testCase) => testCase.outcome === outcome).length;
  return (
    `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" ` +
    `skipped="${count('skipped')}" time="${(durationMs / 1_000).toFixed(3)}"`
  );
}

function linesOf({ name, outcome, type, message, properties }: TestCase, suite: string): string[] {
  const opening = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(suite)}"`;
  if (outcome === 'passed') {
    return properties.length === 0 ? [`${opening}/>`] : [`${opening}>`, ...properties, '    </testcase>'];
  }
  const text = escapeXml(message);
  const child =
    outcome === 'skipped'
      ? `      <skipped message="${text}"/>`
      : `      <${outcome} type="${escapeXml(type)}" message="${text}">${text}</${outcome}>`;
  return [`${opening}>`, ...properties, child, '    </testcase>'];
}
