import { expect, it } from 'vitest';
import { aligned } from '../../../test/support/aligned.ts';
import { sampleReport, sampleResult } from '../../../test/support/sample-local-report.ts';
import type { LocalTestResult, ReportComparison } from '../../contract/files/local-report.ts';
import type { Alignment } from '../../domain/comparison/alignment.ts';
import { orderEntries } from './report-model.ts';

const mask = { path: 'mask.png', sha1sum: 'm'.repeat(40), width: 4, height: 2 };

function differing(name: string, changes: readonly string[], over?: Partial<Alignment>): LocalTestResult {
  const { alignment } = aligned(changes, over);
  const comparison = { regions: [], forgivenRegions: [], alignment } as unknown as ReportComparison;
  return sampleResult({ name, state: 'differs', mask, comparison });
}

it('B5: joins tests with exactly the same changes, if all changes of a test are known', () => {
  const olderReport = differing('g of an older report', ['label', 'price']);
  delete olderReport.comparison!.alignment;
  const entries = orderEntries(
    sampleReport([
      differing('a', ['label', 'price']),
      differing('b, which became another color', ['label in red', 'price']),
      differing('c', ['price', 'label']),
      differing('d with one of them', ['label']),
      differing('e with one more', ['label', 'price', 'footer']),
      differing('f with others unknown', ['label', 'price'], { complete: false }),
      olderReport,
    ]),
  );
  expect(entries.map(({ sameChanges }) => sameChanges.length)).toEqual([2, 1, 2, 1, 1, 1, 1]);
});
