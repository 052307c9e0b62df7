/** What differs between an element before and after. */

import { recordedStyles, type DomElement, type RecordedStyle } from './dom-snapshot.ts';

/** They show in text only, or in what is drawn like text. */
const ofText: ReadonlySet<RecordedStyle> = new Set<RecordedStyle>([
  'color',
  'font-family',
  'font-size',
  'font-weight',
  'line-height',
  'letter-spacing',
]);

/** Children have them from their parents, unless they say otherwise. */
const inherited: ReadonlySet<RecordedStyle> = new Set<RecordedStyle>([...ofText, 'visibility']);

/** Elements that draw with the color and font of text although they have no text here. */
const drawnLikeText = new Set([
  'input',
  'textarea',
  'select',
  'svg',
  'g',
  'path',
  'use',
  'circle',
  'line',
  'rect',
  'polygon',
]);

export function isInherited(style: RecordedStyle): boolean {
  return inherited.has(style);
}

export function styleOf({ styles }: DomElement, style: RecordedStyle): string {
  return styles[recordedStyles.indexOf(style)] ?? '';
}

/** The styles that differ and show in the element itself. */
export function visibleStyleDifferences(before: DomElement, after: DomElement): RecordedStyle[] {
  return differingStyles(before, after).filter((style) => {
    if (ofText.has(style)) return showsText(before) || showsText(after);
    if (style === 'border-top-color') return hasBorder(before) || hasBorder(after);
    return true;
  });
}

/** The styles that differ, without those that only follow another one. */
export function differingStyles(before: DomElement, after: DomElement): RecordedStyle[] {
  if (before.styles === after.styles || before.styles.length === 0 || after.styles.length === 0) return [];
  const differing = recordedStyles.filter((_style, at) => before.styles[at] !== after.styles[at]);
  if (differing.length < 2) return differing;
  return differing.filter((style) => {
    if (style === 'border-top-color')
      // The border has the color of the text.
      return !(
        differing.includes('color') &&
        styleOf(before, style) === styleOf(before, 'color') &&
        styleOf(after, style) === styleOf(after, 'color')
      );
    if (style === 'line-height' || style === 'letter-spacing')
      return !differing.includes('font-size') || !isScaled(style, before, after);
    return true;
  });
}

/** Whether a length grew as the font did. */
function isScaled(style: RecordedStyle, before: DomElement, after: DomElement): boolean {
  const ratio = (element: DomElement) => lengthOf(element, style) / lengthOf(element, 'font-size');
  return Math.abs(ratio(before) - ratio(after)) < 0.01;
}

/**
 * Whether an ancestor's change explains that of an element: the same values, or for fonts the same growth.
 */
export function explains(
  style: RecordedStyle,
  ancestor: { before: DomElement; after: DomElement },
  element: { before: DomElement; after: DomElement },
): boolean {
  const isSame = (side: 'before' | 'after') =>
    styleOf(ancestor[side], style) === styleOf(element[side], style);
  if (isSame('before') && isSame('after')) return true;
  if (style !== 'font-size') return false;
  const growth = ({ before, after }: typeof element) => lengthOf(after, style) / lengthOf(before, style);
  return growth(ancestor) !== 1 && Math.abs(growth(ancestor) - growth(element)) < 0.005;
}

/** Whether its size differs by more than the rounding of a text's box that moved by a fraction of a pixel. */
export function hasOtherSize(before: DomElement, after: DomElement): boolean {
  const [old, now] = [before.box, after.box];
  const differs = (place: 'left' | 'top', size: 'width' | 'height') =>
    Math.abs(now[size] - old[size]) > (before.text !== '' && now[place] !== old[place] ? 1 : 0);
  return differs('left', 'width') || differs('top', 'height');
}

function showsText({ tag, text }: DomElement): boolean {
  return text !== '' || drawnLikeText.has(tag);
}

function hasBorder(element: DomElement): boolean {
  return lengthOf(element, 'border-top-width') > 0;
}

function lengthOf(element: DomElement, style: RecordedStyle): number {
  return Number.parseFloat(styleOf(element, style));
}
