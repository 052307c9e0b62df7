import { describe, expect, it } from 'vitest';
import { combineExitStatuses, exitStatus, type ExitStatus } from './exit-status.ts';

describe('combineExitStatuses', () => {
  it('is 0 for nothing', () => {
    expect(combineExitStatuses([])).toBe(0);
  });

  const precedence: ExitStatus[] = [130, 143, 2, 5, 6, 3, 1, 4, 0];
  it.each(precedence.map((status, index) => [status, precedence.slice(index)] as const))(
    'is %i for %j in any order',
    (status, all) => {
      expect(combineExitStatuses(all)).toBe(status);
      expect(combineExitStatuses([...all].reverse())).toBe(status);
    },
  );

  it('ranks every status', () => {
    expect(new Set(Object.values(exitStatus))).toEqual(new Set(precedence));
  });
});
