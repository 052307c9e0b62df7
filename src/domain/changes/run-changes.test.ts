import { describe, expect, it } from 'vitest';
import { aligned } from '../../../test/support/aligned.ts';
import type { ComparisonDetails } from '../comparison/comparison-details.ts';
import type { Run } from '../runs/run.ts';
import { changeSetOf } from './run-changes.ts';

const compared = (details: ComparisonDetails) => ({ id: 1, status: 'diff_found', diff: { details } }) as Run;

describe('the set of changes of a run', () => {
  it('is complete where all changes are listed and explain every difference', () => {
    expect(changeSetOf(compared(aligned(['a', 'b'])))).toMatchObject({ isComplete: true });
  });

  it('is not complete where changes are left out of the list, whatever its worker says', () => {
    expect(changeSetOf(compared(aligned(['a', 'b'], { changeCount: 3 })))).toMatchObject({
      isComplete: false,
    });
  });
});
