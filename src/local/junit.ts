/** JUnit XML as CI systems read it: one `testsuite` per YAML file, one `testcase` per test. */

import type { LocalReport, LocalTestResult } from '../contract/files/local-report.ts';
import { captureProperties } from '../domain/capture/capture-properties.ts';
import { escapeXml } from '../base/xml-text.ts';
import { describeTries } from './words.ts';

/**
 * A well-formed XML 1.0 document, whichever characters names and messages hold.
 *
 * @param reportFolder where the images are, relative to the folder that a CI system resolves attachments from
 */
export function toJUnitXml(
  report: LocalReport,
  describe: (result: LocalTestResult) => string,
  reportFolder: string,
): string {
  const suites = Map.groupBy(report.tests, (test) => test.file);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="dpxdt ${report.command}" ${totals(report.tests)}>`,
  ];
  for (const [file, tests] of suites) {
    lines.push(
      `  <testsuite name="${escapeXml(file)}" timestamp="${escapeXml(report.startedAt)}" ${totals(tests)}>`,
    );
    for (const test of tests) lines.push(...testCase(test, describe(test), reportFolder));
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

function testCase(test: LocalTestResult, description: string, reportFolder: string): string[] {
  const opening = `    <testcase name="${escapeXml(test.name)}" classname="${escapeXml(test.file)}" file="${escapeXml(test.file)}" time="${seconds(test.durationMs)}"`;
  const outcome = outcomeOf(test);
  const isNoted = outcome !== 'passed' || test.flaky === true;
  const lines = captureProperties(test);
  if (outcome !== 'passed') {
    const type = outcome === 'failure' ? 'differs' : test.failure!.reason;
    lines.push(
      `      <${outcome} type="${escapeXml(type)}" message="${escapeXml(description)}">${escapeXml(description)}</${outcome}>`,
    );
  }
  const output = [
    ...(isNoted ? describeTries(test) : []),
    ...(outcome === 'error' && test.log !== '' ? [withoutAttachments(test.log)] : []),
    ...(isNoted ? attachmentsOf(test, reportFolder) : []),
  ];
  if (test.flaky === true) output.unshift(description);
  if (output.length > 0) lines.push(`      <system-out>${escapeXml(output.join('\n'))}</system-out>`);
  return lines.length === 0 ? [`${opening}/>`] : [`${opening}>`, ...lines, '    </testcase>'];
}

/** As GitLab and Jenkins read them: GitLab shows the first, which is therefore the one that says most. */
function attachmentsOf(test: LocalTestResult, reportFolder: string): string[] {
  const tries = test.tries ?? [];
  const paths = [
    test.diffPath,
    ...tries.map(({ diffPath }) => diffPath),
    test.after?.path,
    test.before?.path,
    ...tries.map(({ image }) => image?.path),
  ].filter((path) => path !== null && path !== undefined);
  const folder = reportFolder.replaceAll('\\', '/').replace(/\/$/, '');
  return [...new Set(paths)].map((path) => `[[ATTACHMENT|${folder}/${path}]]`);
}

/** A page's own words must not attach a file. */
function withoutAttachments(log: string): string {
  return log.replaceAll(/\[\[(?=ATTACHMENT)/gi, '[ [');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}
