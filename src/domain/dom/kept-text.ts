/** How long texts are kept: their start, and a digest that shows whether the rest is the same. */

import { domLimits } from './dom-snapshot.ts';
import { digestText } from './text-digest.ts';

const digestLength = 14;
const ellipsis = '…';

/** A text of at most `domLimits.text` characters; different texts stay different. */
export function keptText(text: string): string {
  if (text.length <= domLimits.text) return text.toWellFormed();
  const start = text.slice(0, domLimits.text - digestLength - 1).toWellFormed();
  return `${start}${ellipsis}${digestText(text).toString(16).padStart(digestLength, '0')}`;
}

/** What people see of a kept text: without the digest. */
export function shownText(kept: string): string {
  const isCut = kept.length === domLimits.text && kept.at(-digestLength - 1) === ellipsis;
  return isCut ? kept.slice(0, -digestLength) : kept;
}
