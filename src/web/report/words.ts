/** Display names of states. */

import type { LocalTestState } from '../../contract/files/local-report.ts';
import type { IconName } from '../kit/icon.tsx';
import type { FilterName } from './report-model.ts';

export const stateWords: Record<LocalTestState, string> = {
  differs: 'Differs',
  failed: 'Failed',
  new: 'New',
  same: 'Same',
  updated: 'Updated',
  unchanged: 'Unchanged',
};

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
