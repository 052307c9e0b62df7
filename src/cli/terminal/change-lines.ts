/** Groups of changes as lines: ID, words, number of tests. */

import { shellWord } from '../../base/shell-word.ts';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';

/** The most groups that are listed. */
const maxLines = 20;
/** Longer words stand out of the column. */
const maxColumn = 64;

/**
 * The changes of a run and how to approve one of them; empty without any.
 *
 * @param folder as the user gave it, for the command
 */
export function changeLines(groups: readonly ChangeGroup[], folder: string): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, maxLines);
  const column = Math.max(...shown.map(({ words }) => (words.length > maxColumn ? 0 : words.length)));
  const idColumn = Math.max(...shown.map(({ id }) => id.length));
  const more = groups.length - shown.length;
  const approvable = groups.find(({ tests, wholeOnly }) => tests.length > wholeOnly.length);
  return [
    groups.length === 1 ? '1 change:' : `${groups.length} changes:`,
    ...shown.map(
      ({ id, words, tests }) =>
        `  ${id.padEnd(idColumn)}  ${words.padEnd(column)}   ${tests.length === 1 ? '1 test' : `${tests.length} tests`}`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(approvable === undefined
      ? []
      : [
          `Approve a change wherever it appears: dpxdt approve ${shellWord(folder)} --change ${approvable.id}`,
        ]),
  ];
}
