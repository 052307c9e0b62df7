import { expect, it } from 'vitest';
import { sampleReport, sampleResult } from '../../../test/support/sample-local-report.ts';
import type { LocalTestResult, ReportComparison } from '../../contract/files/local-report.ts';
import { orderEntries } from './report-model.ts';

const mask = { path: 'mask.png', sha1sum: 'm'.repeat(40), width: 4, height: 2 };

function differing(name: string, changeKey: string | undefined): LocalTestResult {
  const comparison = { regions: [], forgivenRegions: [], changeKey } as unknown as ReportComparison;
  return sampleResult({ name, state: 'differs', mask, comparison });
}

it('joins tests that changed from and to the same colors, not those that changed in the same places', () => {
  const entries = orderEntries(
    sampleReport([
      differing('a', 'change2:blue'),
      differing('b', 'change2:gone'),
      differing('c', 'change2:blue'),
      differing('d of an older report', undefined),
      differing('e of an older report', undefined),
    ]),
  );
  expect(entries.map(({ samePlaces }) => samePlaces.length)).toEqual([2, 1, 2, 1, 1]);
});
