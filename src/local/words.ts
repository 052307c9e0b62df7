/** Descriptions of results, the same on the terminal, in JUnit and in errors. */

import type { LocalTestResult, ReportComparison } from '../contract/files/local-report.ts';
import { capitalized } from '../base/capitalized.ts';
import { countParts } from '../domain/capture/capture.ts';
import { changeNames } from '../domain/dom/name-words.ts';
import { formatCount, formatDistortion, formatPercent } from '../domain/comparison/comparison.ts';

/** One sentence about a result, without its name. */
export function describeResult(result: LocalTestResult): string {
  const { state, failure, comparison, flaky = false, tries = [] } = result;
  if (flaky) {
    return `Same, flaky: it differed at first and was the same when it was captured again (${tries.length} captures).`;
  }
  if (failure !== null) return `${failure.reason}: ${failure.message}`;
  if (state === 'new') return 'There is no baseline yet.';
  if (comparison === null) return state === 'updated' ? 'New baseline.' : 'Nothing was compared.';
  if (state === 'differs' && comparison.hidden !== null) {
    return 'Only forgiven pixels differ, which failOnForgiven counts as a difference.';
  }
  return state === 'same' || state === 'unchanged'
    ? `Distortion ${formatDistortion(comparison.distortion)}.`
    : [`${describeDifference(comparison)}${describeSizes(result)}`, ...linesOfChanges(comparison)].join('\n');
}

/** `captured 3 times:` and a line for each; empty unless a difference was tried again. */
export function describeTries({ tries = [] }: Pick<LocalTestResult, 'tries'>): string[] {
  if (tries.length < 2) return [];
  return [
    `Captured ${tries.length} times:`,
    ...tries.map(({ state, words }, index) => `  ${index + 1}: ${state}. ${words}`),
  ];
}

/** The most names of changes that are listed. */
const maxNames = 10;

function linesOfChanges({ alignment }: ReportComparison): string[] {
  return changeNames(alignment?.changes ?? [], maxNames).map((name) => `  ${name}`);
}

/** `2 parts of the page did not load:` and a line for each of the first few; empty if nothing is missing. */
export function describeIncomplete(
  { incomplete = [], incompleteCount = 0 }: Pick<LocalTestResult, 'incomplete' | 'incompleteCount'>,
  maxLines = Infinity,
): string[] {
  if (incompleteCount === 0) return [];
  const shown = incomplete.slice(0, maxLines);
  const more = incompleteCount - shown.length;
  return [
    `${countParts(incompleteCount)} did not load:`,
    ...shown.map(({ url, why }) => `  ${url} (${why})`),
    ...(more > 0 ? [`  … and ${formatCount(more)} more`] : []),
  ];
}

function describeDifference(comparison: ReportComparison): string {
  const { changedPixels, diffRatio, distortion, regionCount, moves } = comparison;
  const regions = regionCount === 1 ? '1 region' : `${formatCount(regionCount)} regions`;
  return `Distortion ${formatDistortion(distortion)}: ${formatCount(changedPixels)} pixels (${formatPercent(diffRatio)}) in ${regions} changed.${moves ? ` ${capitalized(moves)}.` : ''}`;
}

function describeSizes({ before, after }: LocalTestResult): string {
  if (before === null || after === null) return '';
  if (before.width === after.width && before.height === after.height) return '';
  return ` The size changed from ${before.width}×${before.height} to ${after.width}×${after.height}.`;
}
