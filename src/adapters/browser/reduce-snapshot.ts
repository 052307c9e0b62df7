/** Reduces what Chromium tells about a page's structure to what is kept of it. Pure. */

import type { Box } from '../../domain/comparison/alignment.ts';
import {
  domLimits,
  recordedStyles,
  type DomElement,
  type DomSnapshot,
  type RecordedStyle,
} from '../../domain/dom/dom-snapshot.ts';
import { keptText } from '../../domain/dom/kept-text.ts';
import type { Rect } from './agent/geometry.ts';

/** Needed to find frames and what is cut off; not kept. */
const otherStyles = ['border-left-width', 'padding-left', 'overflow-x', 'overflow-y', 'position'] as const;

/** The computed styles to ask for. */
export const askedStyles: readonly string[] = [...recordedStyles, ...otherStyles];

interface RareData {
  index: number[];
  value: number[];
}

/** The parts of the answer to `DOMSnapshot.captureSnapshot` that are read. Texts are indexes; -1 is none. */
export interface RawSnapshot {
  documents: RawDocument[];
  strings: string[];
}

interface RawDocument {
  nodes: {
    parentIndex?: number[];
    nodeType?: number[];
    nodeName?: number[];
    backendNodeId?: number[];
    attributes?: number[][];
    shadowRootType?: RareData;
    contentDocumentIndex?: RareData;
  };
  layout: { nodeIndex: number[]; styles: number[][]; bounds: number[][]; text: number[] };
  scrollOffsetX?: number;
  scrollOffsetY?: number;
}

export interface ReduceOptions {
  /** The captured area, in CSS pixels of the document. */
  area: Rect;
  /** Device pixels for each CSS pixel. */
  scale: number;
  /** Of the screenshot. */
  image: { width: number; height: number };
  /** Backend ids of elements that are painted over; null: the config has no masks. */
  masked: ReadonlySet<number> | null;
  /** Masks secrets. */
  redact: (text: string) => string;
}

/** Elements whose content people type. */
const formFields = new Set(['input', 'textarea', 'select']);

const elementNode = 1;
const textNode = 3;
const styleAt = Object.fromEntries(askedStyles.map((style, index) => [style, index])) as Record<
  RecordedStyle | (typeof otherStyles)[number],
  number
>;
/** More of a text is cut before secrets are masked. */
const longestText = 20 * domLimits.text;

/** @returns null if there are more elements than are kept */
export function reduceSnapshot(raw: RawSnapshot, options: ReduceOptions): DomSnapshot | null {
  const reduction = new Reduction(raw, options);
  const [main] = raw.documents;
  if (main !== undefined) reduction.add(main, -1, { origin: { x: 0, y: 0 }, clip: options.area });
  return reduction.finished();
}

/** What holds for everything below a node. */
interface Surroundings {
  /** Index of the nearest kept element. */
  owner: number;
  /** Typed by people, or transparent. */
  isUntold: boolean;
  /** Nothing below is kept. */
  isClosed: boolean;
  /** Where it can be seen. */
  clip: Rect;
  /** The same for what is positioned absolutely. */
  absoluteClip: Rect;
}

/** Where a document is drawn, in CSS pixels of the page. */
interface Place {
  origin: { x: number; y: number };
  clip: Rect;
}

class Reduction {
  readonly #elements: DomElement[] = [];
  /** Own texts, by element, and the node that the last part is from. */
  readonly #texts: { text: string; last: number }[] = [];
  readonly #raw: RawSnapshot;
  readonly #options: ReduceOptions;
  readonly #redacted = new Map<string, string>();
  /** By a hash of the indexes. */
  readonly #styles = new Map<number, { indexes: readonly number[]; values: readonly string[] }[]>();
  readonly #keptStyles = new Map<readonly string[], readonly string[]>();

  constructor(raw: RawSnapshot, options: ReduceOptions) {
    this.#raw = raw;
    this.#options = options;
  }

  finished(): DomSnapshot | null {
    if (this.#elements.length > domLimits.elements) return null;
    return {
      elements: this.#elements.map((element, index) => ({
        ...element,
        text: keptText(this.#redact(this.#texts[index]!.text.replace(/\s+/g, ' ').trim())),
      })),
    };
  }

  add({ nodes, layout }: RawDocument, owner: number, place: Place): void {
    // Of a node with several boxes, such as a pseudo-element and its text, they follow each other.
    const names = nodes.nodeName ?? [];
    const firstLayout = new Int32Array(names.length).fill(-1);
    for (let at = layout.nodeIndex.length - 1; at >= 0; at--) firstLayout[layout.nodeIndex[at]!] = at;
    const frames = new Map(
      nodes.contentDocumentIndex?.index.map((node, at) => [node, nodes.contentDocumentIndex!.value[at]!]),
    );
    const inShadows = new Set(nodes.shadowRootType?.index);
    const { clip } = place;
    const top: Surroundings = { owner, isUntold: false, isClosed: false, clip, absoluteClip: clip };
    const around: Surroundings[] = [];
    for (let node = 0; node < names.length; node++) {
      const parent = nodes.parentIndex?.[node] ?? -1;
      const above = around[parent] ?? top;
      around[node] = above;
      if (above.isClosed) continue;
      const drawn = firstLayout[node]!;
      const styles = this.#styled(drawn < 0 ? none : (layout.styles[drawn] ?? none));
      const bounds = drawn < 0 ? null : rectOf(layout.bounds[drawn], place.origin);
      const ownClip = clipOf(styles, above, clip);
      const box = bounds === null ? null : this.#boxOf(bounds, ownClip);
      const isSeen = !above.isUntold && box !== null && styles[styleAt.visibility] === 'visible';
      const text = () => {
        let all = '';
        for (let at = drawn; at >= 0 && layout.nodeIndex[at] === node; at++)
          all += this.#string(layout.text[at]);
        return all;
      };
      const type = nodes.nodeType?.[node];
      if (type === textNode && isSeen) this.#addText(above.owner, node, text());
      if (type !== elementNode) continue;
      const tag = this.#string(names[node]).toLowerCase();
      const attributes = this.#attributes(nodes.attributes?.[node] ?? []);
      const isMasked = this.#options.masked?.has(nodes.backendNodeId?.[node] ?? -1) === true;
      // The boxes that cover masked elements.
      const isOurs =
        this.#options.masked !== null &&
        this.#string(names[parent]) === 'HTML' &&
        bounds?.width === 0 &&
        nodes.parentIndex?.[node + 1] === node &&
        inShadows.has(node + 1);
      const isField = formFields.has(tag) || isEditable(attributes.get('contenteditable'));
      const below: Surroundings = {
        owner: box === null ? above.owner : this.#elements.length,
        isUntold: above.isUntold || isField || Number(styles[styleAt.opacity]) === 0,
        isClosed: isMasked || isOurs,
        ...clipsBelow(tag, bounds, styles, { ...above, clip: ownClip }),
      };
      around[node] = below;
      if (box === null) continue;
      this.#keep({ tag, attributes, styles, isMasked }, box, above.owner);
      if (isMasked) continue;
      if (tag.startsWith('::') && isSeen) this.#addText(below.owner, node, text());
      const frame = frames.get(node) ?? 0;
      // The main document is in no frame.
      if (frame > 0 && isSeen) this.#addFrame(frame, below.owner, bounds!, styles, ownClip);
    }
  }

  #keep(
    element: { tag: string; attributes: Map<string, string>; styles: readonly string[]; isMasked: boolean },
    box: Box,
    parent: number,
  ): void {
    const { tag, attributes, styles, isMasked } = element;
    const common = { parent, box, text: '' };
    const [className = ''] = (attributes.get('class') ?? '').trim().split(/\s+/, 1);
    this.#texts.push({ text: '', last: -1 });
    this.#elements.push(
      isMasked
        ? { ...common, tag: '', id: '', className: '', styles: [] }
        : {
            ...common,
            tag: this.#name(tag),
            id: this.#name(attributes.get('id') ?? ''),
            className: this.#name(className),
            styles: this.#stylesOf(styles),
          },
    );
  }

  #addFrame(index: number, owner: number, bounds: Rect, styles: readonly string[], clip: Rect): void {
    const frame = this.#raw.documents[index];
    if (frame !== undefined) this.add(frame, owner, frameIn(bounds, styles, frame, clip));
  }

  #addText(owner: number, node: number, text: string): void {
    const own = this.#texts[owner];
    if (own === undefined) return;
    // Neighbors are one text; an element between them, such as a line break, separates.
    if (own.text.length < longestText)
      own.text += `${own.last === node - 1 ? '' : ' '}${text.slice(0, longestText)}`;
    own.last = node;
  }

  /** In pixels of the screenshot; null if nothing of it can be seen there. */
  #boxOf(bounds: Rect, clip: Rect): Box | null {
    const { area, scale, image } = this.#options;
    const seen = intersection(bounds, clip);
    if (seen === null || intersection(seen, area) === null) return null;
    const left = Math.round((bounds.x - area.x) * scale);
    const top = Math.round((bounds.y - area.y) * scale);
    const right = Math.round((bounds.x + bounds.width - area.x) * scale);
    const bottom = Math.round((bounds.y + bounds.height - area.y) * scale);
    if (right <= left || bottom <= top || left >= image.width || top >= image.height) return null;
    return { left, top, width: right - left, height: bottom - top };
  }

  #string(index: number | undefined): string {
    return this.#raw.strings[index ?? -1] ?? '';
  }

  #attributes(pairs: readonly number[]): Map<string, string> {
    const attributes = new Map<string, string>();
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const name = this.#string(pairs[at]);
      if (readAttributes.has(name)) attributes.set(name, this.#string(pairs[at + 1]));
    }
    return attributes;
  }

  /** The values of a list of styles, of which a page has few. */
  #styled(indexes: readonly number[]): readonly string[] {
    let key = 0;
    for (let at = 0; at < indexes.length; at++) key = (Math.imul(key, 31) + indexes[at]!) | 0;
    const alike = this.#styles.get(key) ?? [];
    if (alike.length === 0) this.#styles.set(key, alike);
    for (const known of alike) if (areEqual(known.indexes, indexes)) return known.values;
    const values = indexes.map((index) => this.#string(index));
    if (alike.length < maxAlike) alike.push({ indexes, values });
    return values;
  }

  #stylesOf(styles: readonly string[]): readonly string[] {
    let known = this.#keptStyles.get(styles);
    if (known === undefined) {
      known = recordedStyles.map((_style, at) => this.#styleText(styles[at] ?? ''));
      this.#keptStyles.set(styles, known);
    }
    return known;
  }

  /** Only addresses and names in it are of the page; a secret such as "none" would hide words of CSS. */
  #styleText(value: string): string {
    return keptText(/url\(|["']/.test(value) ? this.#redact(value) : value);
  }

  #name(name: string): string {
    return this.#redact(name.slice(0, longestText)).slice(0, domLimits.name).toWellFormed();
  }

  #redact(text: string): string {
    let redacted = this.#redacted.get(text);
    if (redacted === undefined) {
      redacted = this.#options.redact(text);
      this.#redacted.set(text, redacted);
    }
    return redacted;
  }
}

const none: readonly number[] = [];
/** Lists of styles with the same hash that are remembered. */
const maxAlike = 8;

function areEqual(one: readonly number[], other: readonly number[]): boolean {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return one.length === other.length;
}

const readAttributes = new Set(['id', 'class', 'contenteditable']);

function isEditable(value: string | undefined): boolean {
  return value !== undefined && value.toLowerCase() !== 'false';
}

function rectOf(bounds: number[] | undefined, origin: { x: number; y: number }): Rect | null {
  if (bounds?.length !== 4) return null;
  return { x: bounds[0]! + origin.x, y: bounds[1]! + origin.y, width: bounds[2]!, height: bounds[3]! };
}

/** Where an element can be seen. */
function clipOf(styles: readonly string[], above: Surroundings, whole: Rect): Rect {
  const position = styles[styleAt.position];
  if (position === 'fixed') return whole;
  return position === 'absolute' ? above.absoluteClip : above.clip;
}

const visibleOverflow = ['visible', undefined, ''];

/** Where its content can be seen. The overflow of `html` and `body` is that of the window. */
function clipsBelow(
  tag: string,
  bounds: Rect | null,
  styles: readonly string[],
  { clip, absoluteClip }: Surroundings,
): Pick<Surroundings, 'clip' | 'absoluteClip'> {
  const cuts = (overflow: string | undefined) => !visibleOverflow.includes(overflow);
  const isCut =
    bounds !== null &&
    tag !== 'html' &&
    tag !== 'body' &&
    (cuts(styles[styleAt['overflow-x']]) || cuts(styles[styleAt['overflow-y']]));
  const inner = isCut ? (intersection(clip, bounds) ?? { ...bounds, width: 0, height: 0 }) : clip;
  const isContainer = !['static', undefined, ''].includes(styles[styleAt.position]);
  return { clip: inner, absoluteClip: isContainer ? inner : absoluteClip };
}

/** Where the document of a frame is drawn. */
function frameIn(bounds: Rect, styles: readonly string[], frame: RawDocument, clip: Rect): Place {
  const px = (index: number) => Number.parseFloat(styles[index] ?? '') || 0;
  const x = bounds.x + px(styleAt['border-left-width']) + px(styleAt['padding-left']);
  const y = bounds.y + px(styleAt['border-top-width']) + px(styleAt['padding-top']);
  return {
    origin: { x: x - (frame.scrollOffsetX ?? 0), y: y - (frame.scrollOffsetY ?? 0) },
    clip: intersection(bounds, clip) ?? { ...bounds, width: 0, height: 0 },
  };
}

function intersection(a: Rect, b: Rect): Rect | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
