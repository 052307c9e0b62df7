import type { IncompletePart } from './capture.ts';
import { escapeXml } from '../../base/xml-text.ts';

/** Parts of a test's page that did not load, as properties of its `testcase` in JUnit XML; no lines if all loaded. */
export function incompleteProperties(result: {
  incomplete?: readonly IncompletePart[];
  incompleteCount?: number;
}): string[] {
  const { incomplete = [], incompleteCount = 0 } = result;
  if (incompleteCount === 0) return [];
  const property = (name: string, value: string): string =>
    `        <property name="${name}" value="${escapeXml(value)}"/>`;
  return [
    '      <properties>',
    property('incomplete_count', String(incompleteCount)),
    ...incomplete.map(({ url, why }) => property('incomplete', `${url} (${why})`)),
    '      </properties>',
  ];
}
