/** The changes of a local run, grouped over its tests. */

import { groupChanges, type ChangedTest, type ChangeGroup } from '../../domain/changes/change-groups.ts';
import type { LocalReport, LocalTestResult } from './local-report.ts';

/** What a test says about its changes; none unless it differs. */
export function changedTest({ name, state, comparison }: LocalTestResult): ChangedTest {
  return { name, alignment: state === 'differs' ? (comparison?.alignment ?? null) : null };
}

/** Its groups of changes, the biggest first; none of an `update`, whose images are the baselines already. */
export function changesOfReport({ command, tests }: Pick<LocalReport, 'command' | 'tests'>): ChangeGroup[] {
  return command === 'test' ? groupChanges(tests.map(changedTest)) : [];
}
