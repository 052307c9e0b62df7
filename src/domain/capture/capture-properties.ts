import type { IncompletePart } from './capture.ts';
import type { ReportedWarning } from './capture-warning.ts';
import { escapeXml } from '../../base/xml-text.ts';

/**
 * What is known of a test's capture, as properties of its `testcase` in JUnit XML: parts of the page that did not load,
 * and warnings. No lines if there is nothing to say.
 */
export function captureProperties(result: {
  incomplete?: readonly IncompletePart[];
  incompleteCount?: number;
  warnings?: readonly ReportedWarning[];
  warningCount?: number;
}): string[] {
  const { incomplete = [], incompleteCount = 0, warnings = [] } = result;
  const { warningCount = warnings.length } = result;
  const property = (name: string, value: string): string =>
    `        <property name="${name}" value="${escapeXml(value)}"/>`;
  const lines = [
    ...(incompleteCount === 0 ? [] : [property('incomplete_count', String(incompleteCount))]),
    ...incomplete.map(({ url, why }) => property('incomplete', `${url} (${why})`)),
    ...(warningCount === 0 ? [] : [property('warning_count', String(warningCount))]),
    ...warnings.map(({ code, sentence }) => property('warning', `${code}: ${sentence}`)),
  ];
  return lines.length === 0 ? [] : ['      <properties>', ...lines, '      </properties>'];
}
