/** Display names of states. */

import type { LocalTestResult, LocalTestState } from '../../contract/files/local-report.ts';
import type { IconName } from '../kit/icon.tsx';
import type { FilterName } from './report-model.ts';

const stateWords: Record<LocalTestState, string> = {
  differs: 'Differs',
  failed: 'Failed',
  new: 'New',
  same: 'Same',
  updated: 'Updated',
  unchanged: 'Unchanged',
};

/** The state of a test in words, with what must not be overlooked. */
export function stateWord({ state, flaky }: Pick<LocalTestResult, 'state' | 'flaky'>): string {
  return flaky === true ? `${stateWords[state]}, flaky` : stateWords[state];
}

export const stateIcons: Record<LocalTestState, IconName> = {
  differs: 'differs',
  failed: 'failed',
  new: 'new',
  same: 'same',
  updated: 'updated',
  unchanged: 'same',
};

export const filterWords: Record<FilterName, string> = {
  ...stateWords,
  forgiven: 'Same, with forgiven pixels',
};
