/** Results in words, the same on the terminal, in JUnit and in errors. */

import type { LocalTestResult, ReportComparison } from '../contract/local-report.ts';
import { formatCount, formatDistortion, formatPercent } from '../domain/comparison.ts';

/** One sentence about a result, without its name. */
export function describeResult(result: LocalTestResult): string {
  const { state, failure, comparison } = result;
  if (failure !== null) return `${failure.reason}: ${failure.message}`;
  if (state === 'new') return 'There is no reference yet.';
  if (comparison === null) return state === 'updated' ? 'New reference.' : 'Nothing was compared.';
  if (state === 'differs' && comparison.hidden !== null) {
    return 'Only forgiven pixels differ, and failOnForgiven makes that a difference.';
  }
  return state === 'same' || state === 'unchanged'
    ? `Distortion ${formatDistortion(comparison.distortion)}.`
    : `${describeDifference(comparison)}${describeSizes(result)}`;
}

function describeDifference({ changedPixels, diffRatio, distortion, regionCount }: ReportComparison): string {
  const regions = regionCount === 1 ? '1 region' : `${formatCount(regionCount)} regions`;
  return `Distortion ${formatDistortion(distortion)}: ${formatCount(changedPixels)} pixels (${formatPercent(diffRatio)}) in ${regions} changed.`;
}

function describeSizes({ before, after }: LocalTestResult): string {
  if (before === null || after === null) return '';
  if (before.width === after.width && before.height === after.height) return '';
  return ` The size changed from ${before.width}×${before.height} to ${after.width}×${after.height}.`;
}
