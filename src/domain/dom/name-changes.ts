/** Names changes of an image after the elements that changed. It never decides whether anything differs. */

import type { Alignment, Box, Change, ChangeName } from '../comparison/alignment.ts';
import { areaOf } from '../comparison/moved-parts.ts';
import { isNear, sharedShare } from './boxes.ts';
import {
  differingStyles,
  explains,
  hasOtherSize,
  isInherited,
  visibleStyleDifferences,
} from './differences.ts';
import type { DomElement, DomSnapshot, RecordedStyle } from './dom-snapshot.ts';
import { movedElement } from './moved-element.ts';
import {
  addedDetail,
  movedDetail,
  removedDetail,
  selectorOf,
  sizeDetail,
  styleDetail,
  textDetail,
} from './name-details.ts';
import { pairTrees, type Pairing } from './pair-trees.ts';

/** How far from a change an element may be, in pixels: what is drawn may reach a little beyond its box. */
const reach = 2;
const maxDetails = 3;
/** A part that was added or removed is the change if they share this much of their area. */
const sharedArea = 0.5;

/** The alignment with names where an element explains the change. */
export function nameAlignment(alignment: Alignment, before: DomSnapshot, after: DomSnapshot): Alignment {
  return { ...alignment, changes: nameChanges(before, after, alignment.changes) };
}

/**
 * Each change gets the name of the smallest element that touches it and whose own text or a style differs; else of one that
 * was added or removed; else of the smallest one whose size differs; else none. What was reordered has that of the element that moved.
 */
export function nameChanges(before: DomSnapshot, after: DomSnapshot, changes: readonly Change[]): Change[] {
  if (changes.length === 0) return [];
  const difference = new DomDifference(before, after);
  return changes.map((change) => {
    const name = difference.nameOf(change);
    return name === null ? change : { ...change, name };
  });
}

interface Sides {
  before: DomElement;
  after: DomElement;
}

/** A pair of elements that differs, by its indexes. */
interface Differing {
  old: number;
  now: number;
}

class DomDifference {
  readonly #before: readonly DomElement[];
  readonly #after: readonly DomElement[];
  readonly #pairs: Pairing;
  /** Own text or a style that shows; smallest first, of equal ones the deepest. */
  readonly #changed: Differing[] = [];
  readonly #resized: Differing[] = [];
  readonly #changedBoxes: PairBoxes;
  /** The topmost elements of what was added or removed. */
  readonly #added: number[];
  readonly #removed: number[];

  constructor(before: DomSnapshot, after: DomSnapshot) {
    this.#before = before.elements;
    this.#after = after.elements;
    const { afterOf, beforeOf } = (this.#pairs = pairTrees(before, after));
    const styles = new StyleComparison();
    for (const [old, element] of this.#before.entries()) {
      const now = afterOf[old]!;
      if (now === -1) continue;
      const partner = this.#after[now]!;
      if (element.text !== partner.text || styles.isVisible(element, partner))
        this.#changed.push({ old, now });
      else if (hasOtherSize(element, partner)) this.#resized.push({ old, now });
    }
    this.#changed.sort((a, b) => this.#areaOf(a) - this.#areaOf(b) || b.now - a.now);
    this.#resized.sort((a, b) => this.#areaOf(a) - this.#areaOf(b) || b.now - a.now);
    this.#changedBoxes = new PairBoxes(this.#changed.map((pair) => this.#sides(pair)));
    this.#removed = topmost(this.#before, afterOf);
    this.#added = topmost(this.#after, beforeOf);
  }

  nameOf(change: Change): ChangeName | null {
    if (change.kind === 'reordered') return this.#movedElement(change);
    const isOneSided = change.kind === 'added' || change.kind === 'removed';
    return (
      (isOneSided ? this.#addedOrRemoved(change, sharedArea) : null) ??
      this.#changedElement(change) ??
      this.#addedOrRemoved(change, 0) ??
      this.#resizedElement(change)
    );
  }

  #movedElement({ before, after }: Change): ChangeName | null {
    const elements = this.#after;
    const candidates = {
      ...{ before: this.#before, after: elements, beforeOf: this.#pairs.beforeOf },
      ...{ added: this.#added, removed: this.#removed },
    };
    const index = movedElement(candidates, before!, after!);
    if (index === -1) return null;
    return { selector: selectorOf(elements, index), kind: 'changed', facts: [movedDetail(elements, index)] };
  }

  #changedElement(change: Change): ChangeName | null {
    const found =
      this.#changed[this.#changedBoxes.firstNear(change, 0)] ??
      this.#changed[this.#changedBoxes.firstNear(change, reach)];
    return found === undefined ? null : this.#nameOfChanged(found);
  }

  #nameOfChanged(found: Differing): ChangeName {
    const own = this.#sides(found);
    const styles = visibleStyleDifferences(own.before, own.after);
    // The text of what is hidden is not recorded.
    const isTextSame = own.before.text === own.after.text || styles.includes('visibility');
    const text = isTextSame ? [] : [textDetail(own.before.text, own.after.text)];
    const isAllInherited = text.length === 0 && styles.every(isInherited);
    const named = isAllInherited ? this.#highestThatExplains(found, styles) : found;
    const { before, after } = this.#sides(named);
    const shown = named === found ? styles : withFirst(styles, differingStyles(before, after));
    const facts = [...text, ...shown.map((style) => styleDetail(style, before, after))];
    return {
      selector: selectorOf(this.#after, named.now),
      kind: 'changed',
      facts: facts.slice(0, maxDetails),
    };
  }

  /** The highest ancestor from which the element has all of the styles. */
  #highestThatExplains(found: Differing, styles: readonly RecordedStyle[]): Differing {
    const own = this.#sides(found);
    let highest = found;
    for (;;) {
      const old = this.#before[highest.old]!.parent;
      const now = this.#after[highest.now]!.parent;
      if (old === -1 || now === -1 || this.#pairs.afterOf[old] !== now) return highest;
      const above = this.#sides({ old, now });
      if (!styles.every((style) => explains(style, above, own))) return highest;
      highest = { old, now };
    }
  }

  /** @param share of the area that it must have in common with the change */
  #addedOrRemoved({ before, after }: Change, share: number): ChangeName | null {
    const best = { share: 0, name: null as (() => ChangeName) | null };
    const consider = (
      box: Box | null,
      elements: readonly DomElement[],
      tops: readonly number[],
      kind: 'added' | 'removed',
    ) => {
      if (box === null) return;
      for (const index of tops) {
        const shared = sharedShare(box, elements[index]!.box);
        if (shared <= best.share || shared < share) continue;
        const detail = kind === 'added' ? addedDetail : removedDetail;
        best.share = shared;
        best.name = () => ({ selector: selectorOf(elements, index), kind, facts: [detail(elements, index)] });
      }
    };
    consider(after, this.#after, this.#added, 'added');
    consider(before, this.#before, this.#removed, 'removed');
    return best.name?.() ?? null;
  }

  #resizedElement(change: Change): ChangeName | null {
    const found = this.#resized.find(
      (pair) => this.#touches(change, pair, reach) && touchesGrowth(change, this.#sides(pair)),
    );
    if (found === undefined) return null;
    const { before, after } = this.#sides(found);
    return {
      selector: selectorOf(this.#after, found.now),
      kind: 'changed',
      facts: [sizeDetail(before.box, after.box)],
    };
  }

  #sides({ old, now }: Differing): Sides {
    return { before: this.#before[old]!, after: this.#after[now]! };
  }

  #touches({ before, after }: Change, { old, now }: Differing, margin: number): boolean {
    return (
      (before !== null && isNear(before, this.#before[old]!.box, margin)) ||
      (after !== null && isNear(after, this.#after[now]!.box, margin))
    );
  }

  #areaOf({ old, now }: Differing): number {
    return Math.min(areaOf(this.#before[old]!.box), areaOf(this.#after[now]!.box));
  }
}

/** The boxes of many pairs, to look through them for many changes. */
class PairBoxes {
  /** Left, top, right and bottom before and after. */
  readonly #edges: Int32Array;

  constructor(pairs: readonly Sides[]) {
    const edgesOf = ({ left, top, width, height }: Box) => [left, top, left + width, top + height];
    this.#edges = Int32Array.from(
      pairs.flatMap(({ before, after }) => [...edgesOf(before.box), ...edgesOf(after.box)]),
    );
  }

  /** Index of the first pair near a change on either side; -1: none. */
  firstNear({ before, after }: Change, margin: number): number {
    const edges = this.#edges;
    const isNear = (at: number, { left, top, width, height }: Box) =>
      left - margin < edges[at + 2]! &&
      edges[at]! < left + width + margin &&
      top - margin < edges[at + 3]! &&
      edges[at + 1]! < top + height + margin;
    for (let at = 0; at < edges.length; at += 8)
      if ((before !== null && isNear(at, before)) || (after !== null && isNear(at + 4, after))) return at / 8;
    return -1;
  }
}

/** Compares lists of styles, of which a page has few. */
class StyleComparison {
  readonly #ids = new Map<readonly string[], number>();
  readonly #known = new Map<string, number>();

  isVisible(before: DomElement, after: DomElement): boolean {
    if (this.#idOf(before.styles) === this.#idOf(after.styles)) return false;
    return visibleStyleDifferences(before, after).length > 0;
  }

  #idOf(styles: readonly string[]): number {
    let id = this.#ids.get(styles);
    if (id === undefined) {
      const text = styles.join('\n');
      id = this.#known.get(text) ?? this.#known.size;
      this.#known.set(text, id);
      this.#ids.set(styles, id);
    }
    return id;
  }
}

function topmost(elements: readonly DomElement[], partners: Int32Array): number[] {
  const found: number[] = [];
  for (const [index, { parent }] of elements.entries())
    if (partners[index] === -1 && (parent === -1 || partners[parent] !== -1)) found.push(index);
  return found;
}

function withFirst(first: readonly RecordedStyle[], all: readonly RecordedStyle[]): RecordedStyle[] {
  return [...first, ...all.filter((style) => !first.includes(style))];
}

/** Whether the change is at the right or lower edge, where the element grew or shrank. */
function touchesGrowth({ before, after }: Change, sides: Sides): boolean {
  const strips = ({ left, top }: Box, other: Box, box: Box): Box[] => {
    const [width, height] = [Math.abs(box.width - other.width), Math.abs(box.height - other.height)];
    const right = {
      left: left + Math.min(box.width, other.width),
      top,
      width,
      height: Math.max(box.height, other.height),
    };
    const bottom = {
      left,
      top: top + Math.min(box.height, other.height),
      width: Math.max(box.width, other.width),
      height,
    };
    return [...(width > 0 ? [right] : []), ...(height > 0 ? [bottom] : [])];
  };
  const [old, now] = [sides.before.box, sides.after.box];
  return (
    (before !== null && strips(old, now, old).some((strip) => isNear(before, strip, reach))) ||
    (after !== null && strips(now, old, now).some((strip) => isNear(after, strip, reach)))
  );
}
