/** What was recorded of a page's structure when its screenshot was taken, and its stable text form. */

import type { Box } from '../comparison/alignment.ts';

/** The computed styles that are recorded, in this order. */
export const recordedStyles = [
  'color',
  'background-color',
  'background-image',
  'font-family',
  'font-size',
  'font-weight',
  'line-height',
  'letter-spacing',
  'opacity',
  'visibility',
  'border-top-color',
  'border-top-width',
  'box-shadow',
  'padding-top',
  'margin-top',
] as const;
export type RecordedStyle = (typeof recordedStyles)[number];

export const domLimits = {
  /** Nodes of a page, counted first; a larger page is not recorded. */
  nodes: 25_000,
  /** Elements of a snapshot. */
  elements: 20_000,
  /** Characters of an element's own text, and of a style's value. */
  text: 200,
  /** Characters of a tag, an id or a class. */
  name: 100,
  /** What recording may add to a capture. */
  recordingMs: 1_000,
  /** Bytes of the text form, about ten times that of a large page. */
  fileBytes: 32 * 1024 * 1024,
} as const;

/** An element with a box inside the screenshot, or a pseudo-element of one. */
export interface DomElement {
  /** Lower case; `::before` of a pseudo-element. Empty like everything else, except the box, under a mask. */
  tag: string;
  id: string;
  /** The first class. */
  className: string;
  /** Its own visible text, without that of its children; white space collapsed. Always empty in form fields. */
  text: string;
  /** In pixels of the screenshot; may reach beyond it. */
  box: Box;
  /** As {@link recordedStyles}; empty under a mask. */
  styles: readonly string[];
  /** Index of the nearest recorded ancestor, always smaller than the own one; -1 if there is none. */
  parent: number;
}

/** In document order. */
export interface DomSnapshot {
  elements: readonly DomElement[];
}

const formVersion = 1;
const numbersPerElement = 10;

/**
 * Equal snapshots give equal text. Every text is written once; an element is ten numbers: parent, tag, id, class, text,
 * styles, left, top, width, height.
 */
export function domToText({ elements }: DomSnapshot): string {
  const strings = new Table<string>();
  const styles = new Table<string>();
  const known = new Map<readonly string[], number>();
  const numbers: number[] = [];
  for (const { parent, tag, id, className, text, styles: values, box } of elements) {
    numbers.push(parent, strings.add(tag), strings.add(id), strings.add(className), strings.add(text));
    let style = known.get(values);
    if (style === undefined) {
      style = styles.add(JSON.stringify(values.map((value) => strings.add(value))));
      known.set(values, style);
    }
    numbers.push(style);
    numbers.push(box.left, box.top, box.width, box.height);
  }
  const lists = styles.items.map((text) => JSON.parse(text) as number[]);
  return JSON.stringify({ version: formVersion, strings: strings.items, styles: lists, elements: numbers });
}

class Table<Item> {
  readonly items: Item[] = [];
  readonly #indexes = new Map<Item, number>();

  add(item: Item): number {
    const known = this.#indexes.get(item);
    if (known !== undefined) return known;
    this.#indexes.set(item, this.items.length);
    return this.items.push(item) - 1;
  }
}

/** Null for everything that {@link domToText} of this version does not write: it may come from anyone. */
export function domFromText(text: string): DomSnapshot | null {
  try {
    return read(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** @throws RangeError where the form is broken */
function read(value: unknown): DomSnapshot {
  if (typeof value !== 'object' || value === null) throw new RangeError('no object');
  const { version, strings, styles, elements: numbers } = value as Record<string, unknown>;
  if (version !== formVersion) throw new RangeError('another version');
  const texts = listOf(strings, isText);
  const lists = listOf(styles, Array.isArray).map((list) => {
    if (list.length !== 0 && list.length !== recordedStyles.length) throw new RangeError('not all styles');
    return list.map((index: unknown) => itemOf(texts, index));
  });
  const flat = listOf(numbers, Number.isSafeInteger) as number[];
  const count = flat.length / numbersPerElement;
  if (!Number.isInteger(count) || count > domLimits.elements) throw new RangeError('no whole elements');
  const elements: DomElement[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * numbersPerElement;
    const parent = flat[at]!;
    const box = { left: flat[at + 6]!, top: flat[at + 7]!, width: flat[at + 8]!, height: flat[at + 9]! };
    if (parent < -1 || parent >= index || box.width < 0 || box.height < 0)
      throw new RangeError('no such element');
    elements.push({
      parent,
      tag: itemOf(texts, flat[at + 1]),
      id: itemOf(texts, flat[at + 2]),
      className: itemOf(texts, flat[at + 3]),
      text: itemOf(texts, flat[at + 4]),
      styles: itemOf(lists, flat[at + 5]),
      box,
    });
  }
  return { elements };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= domLimits.text;
}

function listOf<Item>(value: unknown, isItem: (item: unknown) => item is Item): Item[];
function listOf(value: unknown, isItem: (item: unknown) => boolean): unknown[];
function listOf(value: unknown, isItem: (item: unknown) => boolean): unknown[] {
  if (!Array.isArray(value) || !value.every(isItem)) throw new RangeError('no list of its kind');
  return value;
}

function itemOf<Item>(items: readonly Item[], index: unknown): Item {
  const item = typeof index === 'number' ? items[index] : undefined;
  if (item === undefined) throw new RangeError('no such item');
  return item;
}
