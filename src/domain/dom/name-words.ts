import { madeVisible } from '../../base/invisible-text.ts';
import type { ChangeFact, ChangeName } from '../comparison/alignment.ts';

/**
 * A name in words, on one line: `header > a: text "Sale" → "Clearance"`. It contains texts of the page, so the place that shows it
 * escapes it.
 */
export function nameWords({ selector, facts }: ChangeName): string {
  const words = facts.map(detailWords).join(', ');
  return onOneLine(words === '' ? selector : `${selector}: ${words}`);
}

/** What differs about the element: `text "Sale" → "Clearance"`, one for each difference. Texts of the page, too. */
export function nameDetails({ facts }: Pick<ChangeName, 'facts'>): string[] {
  return facts.map((detail) => onOneLine(detailWords(detail)));
}

function onOneLine(words: string): string {
  return madeVisible(words)
    .replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .toWellFormed();
}

function detailWords({ what, before, after }: ChangeFact): string {
  if (what === 'added' || what === 'removed' || what === 'moved') {
    const text = before ?? after;
    return text === null ? what : `${what} "${text}"`;
  }
  if (what !== 'text') return `${what} ${before ?? 'none'} → ${after ?? 'none'}`;
  if (before === after) return `text "${before ?? ''}" changed further on`;
  if (before === null || before === '') return `text "${after ?? ''}" added`;
  if (after === null || after === '') return `text "${before}" removed`;
  return `text "${before}" → "${after}"`;
}

/** The most names that a text lists. */
const shownNames = 3;

/** The names of changes, each once, in their order, and how many more there are. */
export function changeNames(
  changes: readonly { name?: ChangeName | undefined }[],
  most = shownNames,
): string[] {
  const names = new Set(changes.flatMap(({ name }) => (name === undefined ? [] : [nameWords(name)])));
  const shown = [...names].slice(0, most);
  const more = names.size - shown.length;
  return more === 0 ? shown : [...shown, `and ${more} more`];
}
