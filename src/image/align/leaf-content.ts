/** What the content of a part is: all but the background, or nothing where a part only stretches what is beside it. */
import type { PairPixels, Point, Rect, Side } from '../kernel/pair-pixels.ts';
import { areaOf, isEmpty, isInPlace } from './part.ts';
import type { Part, Zone } from './part.ts';

/** Content of one side of a leaf: the box around it, and how many pixels of it are not background. */
export interface Content {
  box: Rect;
  pixels: number;
  /** A pixel of the background; null where there is none: then all of the box counts. */
  background: Point | null;
}

export type Leaf =
  | { kind: 'pixels'; part: Part }
  | { kind: 'resized'; part: Part; before: Content; after: Content }
  | { kind: 'added'; part: Part; after: Content }
  | { kind: 'removed'; part: Part; before: Content }
  | { kind: 'space'; part: Part; isConsequence: boolean };

/** What content must have to be recognized at another place. */
const evidence = { rows: 8, pixels: 64, areaPixels: 600 };

/** Rows that repeat their neighbor are borders of something that grew if so little of them is drawn. A bar of a chart is wider. */
const strokeShare = 0.1;
const strokeWidth = 12;

/** Color steps of an edge: those of a line between two areas, or of none. */
const edgeSteps = 3;

/** Points per side that are looked at to find the background. */
const sampleSteps = 12;

/** Null for nothing but background. */
export function contentOf(pixels: PairPixels, side: Side, rect: Rect): Content | null {
  if (isEmpty(rect)) return null;
  const isRepeated = isStretch(pixels, side, rect);
  if (isRepeated && (isBetweenAreas(pixels, side, rect) || isBlank(pixels, side, rect))) return null;
  const background = backgroundOf(pixels, side, rect);
  if (background === null) return { box: rect, pixels: areaOf(rect), background };
  const { box, pixels: count } = pixels.findContent(side, rect, background);
  if (box === null || (isRepeated && (box.width <= strokeWidth || count <= strokeShare * areaOf(rect))))
    return null;
  return { box, pixels: count, background };
}

/** Whether no row of a rectangle has a step of color. */
export function isBlank(pixels: PairPixels, side: Side, rect: Rect): boolean {
  return pixels.hashRows(side, rect).ink.every((steps) => steps === 0);
}

/** Whether repeated rows are one color, an edge and another color: what grew is an area beside another one, such as a side bar. */
function isBetweenAreas(pixels: PairPixels, side: Side, { left, top, width }: Rect): boolean {
  const first = { left, top, width: 1, height: 1 };
  const steps = pixels.hashRows(side, { left, top, width, height: 1 }).ink[0]!;
  return steps > 0 && steps <= edgeSteps && pixels.countBeyond(side, first, side, left + width - 1, top) > 0;
}

/** What came or went without what is only higher or lower for it: a side bar beside it. The same if that is all there is. */
export function contentBeside(pixels: PairPixels, side: Side, rect: Rect, content: Content): Content {
  if (isStretch(pixels, side, rect)) return content;
  const inside = withoutSides(pixels, side, rect);
  const found = inside.width === rect.width ? null : contentOf(pixels, side, inside);
  return found !== null && found.pixels < content.pixels ? found : content;
}

/** Without columns at its sides that only continue the row above or below. */
function withoutSides(pixels: PairPixels, side: Side, rect: Rect): Rect {
  const { left, top, width, height } = rect;
  const goesOn = goingOn(pixels, side, rect);
  let [first, end] = [0, width];
  while (first < end && goesOn(first)) first++;
  while (end > first && goesOn(end - 1)) end--;
  return first === end ? rect : { left: left + first, top, width: end - first, height };
}

/** Whether a column has one color, which is also that of the row above or below. */
function goingOn(pixels: PairPixels, side: Side, { left, top, width, height }: Rect): (x: number) => boolean {
  const end = top + height;
  const outside = [top - 1, end].filter((y) => y >= 0 && y < pixels.heightOf(side));
  pixels.settle(top - 1, end + 1);
  const { ink } = pixels.hashColumns(side, { left, top, width, height });
  const isNear = (x: number, y: number, other: number) =>
    pixels.countBeyond(side, { left: left + x, top: y, width: 1, height: 1 }, side, left + x, other) === 0;
  // A gradient has no steps: the color may still be another one at the other end.
  const inside = [top, top + (height >> 1), end - 1];
  return (x) => ink[x] === 0 && outside.some((other) => inside.every((y) => isNear(x, y, other)));
}

/** Nothing but a row next to it, repeated: blank, a gradient, or the borders of something that grew. */
export function isStretch(pixels: PairPixels, side: Side, rect: Rect): boolean {
  const { left, top, width, height } = rect;
  const isNear = (y: number, other: number) => {
    if (other < 0 || other >= pixels.heightOf(side)) return false;
    pixels.settle(other, other + 1);
    return pixels.countBeyond(side, { left, top: y, width, height: 1 }, side, left, other) === 0;
  };
  if (!isNear(top, top - 1) && !isNear(top + height - 1, top + height)) return false;
  for (let y = top + 1; y < top + height; y++) if (!isNear(y, y - 1)) return false;
  return true;
}

/** Whether a part that only one of the images has repeats what is next to it. */
export function isSpace(pixels: PairPixels, { before, after }: Zone): boolean {
  if (isEmpty(before) === isEmpty(after)) return false;
  const [side, rect] = isEmpty(before) ? ([1, after] as const) : ([0, before] as const);
  pixels.settle(rect.top, rect.top + rect.height);
  return isStretch(pixels, side, rect);
}

/** Colors of pixels all over a rectangle, as one number each. */
export function sampleColours(pixels: PairPixels, side: Side, rect: Rect): number[] {
  const { columns, lines } = gridOf(rect);
  return pixels.coloursAt(side, columns, lines);
}

function gridOf({ left, top, width, height }: Rect): { columns: number[]; lines: number[] } {
  const steps = Array.from({ length: sampleSteps }, (_, step) => (step + 0.5) / sampleSteps);
  return {
    columns: steps.map((share) => left + Math.floor(share * width)),
    lines: steps.map((share) => top + Math.floor(share * height)),
  };
}

/** A pixel of the most frequent color, if that is also next to the rectangle: an area of another color is content. */
function backgroundOf(pixels: PairPixels, side: Side, { left, top, width, height }: Rect): Point | null {
  const counts = new Map<number, { at: number; count: number }>();
  const { columns, lines } = gridOf({ left, top, width, height });
  for (const [at, colour] of pixels.coloursAt(side, columns, lines).entries()) {
    const known = counts.get(colour);
    if (known === undefined) counts.set(colour, { at, count: 1 });
    else known.count++;
  }
  let most = { at: 0, count: 0 };
  for (const sample of counts.values()) if (sample.count > most.count) most = sample;
  const point = { x: columns[most.at % sampleSteps]!, y: lines[Math.floor(most.at / sampleSteps)]! };
  const rows = [top - 1, top + height].filter((y) => y >= 0 && y < pixels.heightOf(side));
  for (const y of rows) pixels.settle(y, y + 1);
  const one = { left: point.x, top: point.y, width: 1, height: 1 };
  const isOutside = rows.some((y) =>
    [left, ...columns, left + width - 1].some((x) => pixels.countBeyond(side, one, side, x, y) === 0),
  );
  return isOutside || rows.length === 0 ? point : null;
}

export function isSame(
  pixels: PairPixels,
  { box: before, pixels: count }: Content,
  { box: after }: Content,
): boolean {
  if (before.width !== after.width || before.height !== after.height) return false;
  if (before.height < evidence.rows || count < evidence.pixels || areaOf(before) < evidence.areaPixels)
    return false;
  return showsSame(pixels, before, after);
}

/** Whether two boxes of one size show the same; each has to be settled. In place no level is forgiven. */
export function showsSame(pixels: PairPixels, before: Rect, after: Rect): boolean {
  if (isInPlace({ before, after })) return pixels.differingColumns(before, after) === null;
  return pixels.closeRows(before, after, 1) === before.height;
}

/** Looks up, by the content of each item, those with content as large; in their order. */
export function bySize<Item>(
  items: readonly Item[],
  contentIn: (item: Item) => Content | null,
): (wanted: Content) => readonly Item[] {
  const sizeOf = ({ box }: Content) => `${box.width} ${box.height}`;
  const lists = new Map<string, Item[]>();
  for (const item of items) {
    const content = contentIn(item);
    if (content === null) continue;
    const list = lists.get(sizeOf(content));
    if (list === undefined) lists.set(sizeOf(content), [item]);
    else list.push(item);
  }
  return (wanted) => lists.get(sizeOf(wanted)) ?? [];
}
