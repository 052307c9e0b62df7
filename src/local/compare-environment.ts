import type { LocalTestResult } from '../contract/files/local-report.ts';
import type { CaptureOutcome } from '../domain/capture/capture.ts';
import type { CaptureWarning } from '../domain/capture/capture-warning.ts';
import {
  describeEnvironmentChange,
  environmentChange,
  versionsOf,
  type EnvironmentDifference,
  type RecordedEnvironment,
} from '../domain/capture/environment.ts';
import { sha1Of } from './atomic-file.ts';
import type { BaselineRecords } from './baseline-records.ts';
import type { RunListener } from './events.ts';

interface EnvironmentContext {
  command: 'test' | 'update';
  records: BaselineRecords;
  onEvent: RunListener;
}

/**
 * With what a page and its baseline were captured. A test that differs, and whose baseline was captured differently, has a
 * warning; the first such test also says so at once, before the others differ. An update records what it wrote.
 */
export function compareEnvironment(
  fileName: string,
  baseline: Uint8Array | null,
  state: LocalTestResult['state'],
  outcome: CaptureOutcome,
  { command, records, onEvent }: EnvironmentContext,
): Pick<LocalTestResult, 'environment' | 'environmentChange'> & { warnings: CaptureWarning[] } {
  if (!outcome.ok) return { warnings: [] };
  const { browserVersion, engine } = outcome;
  const environment: RecordedEnvironment = { browserVersion, engine };
  if (command === 'update') {
    if (state === 'updated') records.note(fileName, sha1Of(outcome.image), environment);
    if (state === 'unchanged' && baseline !== null) records.note(fileName, sha1Of(baseline), environment);
    return { warnings: [], environment };
  }
  if (baseline === null) return { warnings: [], environment };
  // Earlier versions recorded nothing.
  const before = records.find(fileName, sha1Of(baseline)) ?? { browserVersion };
  const change = environmentChange(before, environment);
  if (change === null || state !== 'differs') return { warnings: [], environment, environmentChange: change };
  const words = describeEnvironmentChange(change);
  if (records.isNews(words))
    onEvent({ type: 'warning', message: `${words}. Differences may come from that alone.` });
  return { warnings: [warningOf(change)], environment, environmentChange: change };
}

function warningOf(change: readonly EnvironmentDifference[]): CaptureWarning {
  const details = versionsOf(change).replaceAll('\n', '; ');
  return {
    code: 'environment_changed',
    sentence: `${describeEnvironmentChange(change)} (${details}).`.slice(0, 500),
  };
}
