import { expect, it } from 'vitest';
import { failureThatCounts } from './failure-that-counts.ts';
import { otherSideFailed } from './tasks.ts';

const dead = { reason: 'connection_failed', message: 'Nobody listens there.' } as const;
const late = { reason: 'capture_timeout', message: 'It took too long.' } as const;

it.each([
  [[null, null, null], null],
  [[dead, null, null], dead],
  [[otherSideFailed, dead, null], dead],
  [[dead, otherSideFailed, null], dead],
  [[dead, late, null], dead],
  [[otherSideFailed, null, null], otherSideFailed],
])('%#: the cause is told, not what followed from it', (failures, expected) => {
  expect(failureThatCounts(failures)).toBe(expected);
});
