import { summarizeEnvironments } from '../domain/capture/environment.ts';
import type { RunResult } from './release-outcome.ts';

interface BaselineGroup {
  /** In a sentence or two. */
  reason: string;
  runCount: number;
}

/** What the runs are compared with, each reason once, the most frequent first. New and failed runs tell their own. */
function groupBaselines(runs: readonly RunResult[]): BaselineGroup[] {
  const counts = new Map<string, number>();
  for (const { baseline, status } of runs) {
    if (baseline === null || status === 'no_diff_needed' || status === 'failed') continue;
    counts.set(baseline.reason, (counts.get(baseline.reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, runCount]) => ({ reason, runCount }))
    .sort((a, b) => b.runCount - a.runCount || (a.reason < b.reason ? -1 : 1));
}

/** One sentence for each way in which the environment of captures changed, if runs differ: `The browser changed … 38 of 40 differ.` */
export function describeEnvironments(runs: readonly RunResult[]): string[] {
  return summarizeEnvironments(
    runs.map(({ environmentChange, status }) => ({
      change: environmentChange,
      differs: status === 'diff_found' || status === 'diff_approved',
    })),
  );
}

/** Reasons that a report for people lists. */
const maxReasons = 5;

/** One line for each, for people. */
export function describeBaselines(runs: readonly RunResult[]): string[] {
  const groups = groupBaselines(runs);
  const shown = groups
    .slice(0, maxReasons)
    .map(
      ({ reason, runCount }) =>
        `${runCount.toLocaleString('en-US')} ${runCount === 1 ? 'run' : 'runs'}: ${reason}`,
    );
  const more = groups.length - shown.length;
  return more > 0 ? [...shown, `… and ${more} more reasons; --json lists them run by run.`] : shown;
}
