/** JUnit XML as CI systems read it: one `testsuite` per YAML file, one `testcase` per test. */

import type { LocalReport, LocalTestResult } from '../contract/files/local-report.ts';
import { captureProperties } from '../domain/capture/capture-properties.ts';
import { escapeXml } from '../base/xml-text.ts';

/** A well-formed XML 1.0 document, whichever characters names and messages hold. */
export function toJUnitXml(report: LocalReport, describe: (result: LocalTestResult) => string): string {
  const suites = Map.groupBy(report.tests, (test) => test.file);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dpxdt ${report.command}" ${totals(report.tests)}>`,
  ];
  for (const [file, tests] of suites) {
    lines.push(
      `  <testsuite name="${escapeXml(file)}" timestamp="${escapeXml(report.startedAt)}" ${totals(tests)}>`,
    );
    for (const test of tests) lines.push(...testCase(test, describe(test)));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function totals(tests: readonly LocalTestResult[]): string {
  const milliseconds = tests.reduce((sum, test) => sum + test.durationMs, 0);
  const count = (outcome: Outcome): number => tests.filter((test) => outcomeOf(test) === outcome).length;
  return `tests="${tests.length}" failures="${count('failure')}" errors="${count('error')}" skipped="0" time="${seconds(milliseconds)}"`;
}

type Outcome = 'passed' | 'failure' | 'error';

/** A difference is a failure; a failed capture or comparison is an error. */
function outcomeOf({ state, failure }: LocalTestResult): Outcome {
  if (state === 'differs') return 'failure';
  return failure === null ? 'passed' : 'error';
}

function testCase(test: LocalTestResult, description: string): string[] {
  const opening = `    <testcase name="${escapeXml(test.name)}" classname="${escapeXml(test.file)}" file="${escapeXml(test.file)}" time="${seconds(test.durationMs)}"`;
  const outcome = outcomeOf(test);
  const properties = captureProperties(test);
  if (outcome === 'passed') {
    return properties.length === 0 ? [`${opening}/>`] : [`${opening}>`, ...properties, '    </testcase>'];
  }
  const type = test.failure?.reason ?? 'differs';
  const lines = [
    `${opening}>`,
    ...properties,
    `      <${outcome} type="${escapeXml(type)}" message="${escapeXml(description)}">${escapeXml(description)}</${outcome}>`,
  ];
  if (outcome === 'error' && test.log !== '') {
    lines.push(`      <system-out>${escapeXml(test.log)}</system-out>`);
  }
  lines.push('    </testcase>');
  return lines;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}
