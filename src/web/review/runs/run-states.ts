/** Display of run and release states: word, icon, color (by `data-state`). */

import type { ReleaseStatus } from '../../../domain/releases/release.ts';
import type { IconName } from '../../kit/icon.tsx';
import type { MissingPageState } from './missing-pages.ts';
import type { RunState } from './run-row.ts';

export const runStateWords: Record<RunState, string> = {
  differs: 'Differs',
  approved: 'Approved',
  rejected: 'Rejected',
  failed: 'Failed',
  accepted: 'Failed, accepted',
  new: 'New',
  waiting: 'Waiting for screenshot',
  comparing: 'Comparing',
  same: 'Same',
};

export const runStateIcons: Record<RunState, IconName> = {
  differs: 'differs',
  approved: 'picked',
  rejected: 'rejected',
  failed: 'failed',
  accepted: 'picked',
  new: 'new',
  waiting: 'waiting',
  comparing: 'waiting',
  same: 'same',
};

export const missingStateWords: Record<MissingPageState, string> = {
  missing: 'Missing',
  removed: 'Removed',
  expected: 'Must come back',
  renamed: 'Renamed',
  rename_approved: 'Renamed',
  rename_rejected: 'Rejected',
};

export const missingStateIcons: Record<MissingPageState, IconName> = {
  missing: 'missing',
  removed: 'picked',
  expected: 'rejected',
  renamed: 'renamed',
  rename_approved: 'picked',
  rename_rejected: 'rejected',
};

export const releaseStateWords: Record<ReleaseStatus, string> = {
  receiving: 'Receiving',
  processing: 'Processing',
  reviewing: 'Ready for review',
  good: 'Good',
  bad: 'Bad',
};

export const releaseStateIcons: Record<ReleaseStatus, IconName> = {
  receiving: 'waiting',
  processing: 'waiting',
  reviewing: 'differs',
  good: 'picked',
  bad: 'failed',
};
