/** The parts of a name: where the element is, and what differs, short enough for a line. */

import type { Box, ChangeFact } from '../comparison/alignment.ts';
import { styleOf } from './differences.ts';
import type { DomElement, RecordedStyle } from './dom-snapshot.ts';
import { shownText } from './kept-text.ts';

const maxSteps = 3;
const maxNameLength = 60;
const maxValueLength = 40;
/** Of a long text, what precedes the first difference. */
const leadLength = 12;
const ellipsis = '…';

/**
 * The path of an element, such as `header > a`: at most three steps, from the nearest ancestor with an id on, without
 * `html` and `body`.
 */
export function selectorOf(elements: readonly DomElement[], index: number): string {
  let steps = '';
  let count = 0;
  for (let at = index; at !== -1 && count < maxSteps; at = elements[at]!.parent) {
    const element = elements[at]!;
    const isOutside = element.tag === 'html' || element.tag === 'body';
    if (isOutside && steps !== '' && !steps.startsWith('::')) break;
    if (element.tag === '') continue;
    const step = stepOf(element);
    // A pseudo-element is part of the step of its element.
    steps = steps === '' || steps.startsWith('::') ? `${step}${steps}` : `${step} > ${steps}`;
    if (!step.startsWith('::')) count++;
    if (step.includes('#')) break;
  }
  return steps === '' ? '(masked)' : steps;
}

function stepOf({ tag, id, className }: DomElement): string {
  const shown = tag.slice(0, maxNameLength);
  if (isPlainName(id)) return `${shown}#${id}`;
  return isPlainName(className) ? `${shown}.${className}` : shown;
}

function isPlainName(name: string): boolean {
  return name.length <= maxNameLength && /^[\p{L}_-][\p{L}\p{N}_-]*$/u.test(name);
}

export function textDetail(before: string, after: string): ChangeFact {
  const [old, now] = [shownText(before), shownText(after)];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  const isDifferenceSeen = same < maxValueLength - 1 && old !== now;
  const from = isDifferenceSeen || old === now ? 0 : wordStart(old, Math.max(0, same - leadLength));
  return { what: 'text', before: part(old, from), after: part(now, from) };
}

/** Not in the middle of a word, if the word is short. */
function wordStart(text: string, at: number): number {
  const space = text.indexOf(' ', at);
  return space !== -1 && space < at + leadLength ? space + 1 : at;
}

function part(text: string, from: number): string {
  return cut(from === 0 ? text : `${ellipsis}${text.slice(from)}`);
}

export function addedDetail(elements: readonly DomElement[], index: number): ChangeFact {
  return { what: 'added', before: null, after: wholeText(elements, index) };
}

export function removedDetail(elements: readonly DomElement[], index: number): ChangeFact {
  return { what: 'removed', before: wholeText(elements, index), after: null };
}

export function movedDetail(elements: readonly DomElement[], index: number): ChangeFact {
  return { what: 'moved', before: null, after: wholeText(elements, index) };
}

/** The text of an element with what it holds; null if there is none. */
export function wholeText(elements: readonly DomElement[], index: number): string | null {
  const within = new Set([index]);
  const texts = [elements[index]!.text];
  for (let at = index + 1; at < elements.length; at++) {
    const { parent, tag, text } = elements[at]!;
    if (!within.has(parent)) {
      // In document order, a subtree is one piece.
      if (parent < index) break;
      continue;
    }
    within.add(at);
    if (!tag.startsWith('::')) texts.push(text);
    if (texts.length > maxValueLength) break;
  }
  const text = texts
    .map(shownText)
    .filter((one) => one !== '')
    .join(' ');
  return text === '' ? null : cut(text);
}

export function sizeDetail(before: Box, after: Box): ChangeFact {
  const words = ({ width, height }: Box) => `${width} × ${height} px`;
  return { what: 'size', before: words(before), after: words(after) };
}

export function styleDetail(style: RecordedStyle, before: DomElement, after: DomElement): ChangeFact {
  const value = (element: DomElement) => cut(withHexColors(shownText(styleOf(element, style))));
  return { what: style, before: value(before), after: value(after) };
}

/** `rgb(0, 0, 255)` as `#0000ff`, which is what style sheets mostly say. */
function withHexColors(value: string): string {
  return value.replace(/rgb\((\d{1,3}), (\d{1,3}), (\d{1,3})\)/g, (_all, ...channels: string[]) => {
    const hex = channels.slice(0, 3).map((channel) => Number(channel).toString(16).padStart(2, '0'));
    return `#${hex.join('')}`;
  });
}

function cut(text: string): string {
  return text.length <= maxValueLength
    ? text
    : `${text.slice(0, maxValueLength - 1).toWellFormed()}${ellipsis}`;
}
