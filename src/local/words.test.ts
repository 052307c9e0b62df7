import { expect, it } from 'vitest';
import type { ReportComparison } from '../contract/files/local-report.ts';
import { sampleResult } from '../../test/support/sample-local-report.ts';
import { describeResult } from './words.ts';

const comparison = (moves: string | null) =>
  ({
    changedPixels: 1_200,
    diffRatio: 0.5,
    distortion: 0.25,
    regionCount: 2,
    hidden: null,
    moves,
  }) as ReportComparison;

it('says what moved beside the plain numbers', () => {
  const words = (moves: string | null) =>
    describeResult(sampleResult({ state: 'differs', failure: null, comparison: comparison(moves) }));
  const plain = 'Distortion 0.250000: 1,200 pixels (50.00 %) in 2 regions changed.';
  expect(words('moved down 64 px, 1 added, 0 changed')).toBe(
    `${plain} Moved down 64 px, 1 added, 0 changed.`,
  );
  expect(words(null)).toBe(plain);
});
