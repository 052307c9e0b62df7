/** Which elements of two snapshots are the same element. */

import type { DomElement, DomSnapshot } from './dom-snapshot.ts';
import { digestNumber, digestText } from './text-digest.ts';

/** For each element the index of its partner; -1: it was removed, or added. */
export interface Pairing {
  afterOf: Int32Array;
  beforeOf: Int32Array;
}

/** Longest common subsequences are found in a table of at most this many cells. */
const maxCells = 4_000_000;

/**
 * Pairs top down: of the children of two partners, first those with the same tag, id, class and whole text, in the same
 * order (the longest common subsequence); what is left between them by tag and class, in order; then by tag where the
 * id or the whole text is the same, for an element that got another class. Positions are no key: behind an insertion,
 * all of them differ.
 */
export function pairTrees(before: DomSnapshot, after: DomSnapshot): Pairing {
  const names = new Interned<string>();
  const olds = new Tree(before, names);
  const news = new Tree(after, names);
  const afterOf = new Int32Array(before.elements.length).fill(-1);
  const beforeOf = new Int32Array(after.elements.length).fill(-1);
  const open: [number, number][] = [];
  const pair = (old: number, now: number): void => {
    afterOf[old] = now;
    beforeOf[now] = old;
    open.push([old, now]);
  };
  pairSiblings(olds, news, olds.roots, news.roots, pair);
  for (let next = open.pop(); next !== undefined; next = open.pop())
    pairSiblings(olds, news, olds.children[next[0]]!, news.children[next[1]]!, pair);
  return { afterOf, beforeOf };
}

class Interned<Key> {
  readonly #ids = new Map<Key, number>();

  of(key: Key): number {
    const id = this.#ids.get(key) ?? this.#ids.size;
    this.#ids.set(key, id);
    return id;
  }
}

/** A snapshot with what pairing compares. */
class Tree {
  readonly elements: readonly DomElement[];
  readonly roots: number[] = [];
  readonly children: number[][];
  /** Digest of tag, id, class and the text of the whole subtree. */
  readonly keys: Float64Array;
  /** Digest of the text of the whole subtree. */
  readonly texts: Float64Array;
  /** Tag and class. */
  readonly names: Int32Array;

  constructor({ elements }: DomSnapshot, names: Interned<string>) {
    this.elements = elements;
    this.children = elements.map(() => []);
    this.keys = new Float64Array(elements.length);
    this.texts = new Float64Array(elements.length);
    this.names = new Int32Array(elements.length);
    for (const [index, { parent }] of elements.entries())
      (parent === -1 ? this.roots : this.children[parent]!).push(index);
    for (let index = elements.length - 1; index >= 0; index--) {
      const { tag, id, className, text } = elements[index]!;
      let digest = digestText(text);
      for (const child of this.children[index]!)
        if (this.texts[child] !== 0) digest = digestNumber(this.texts[child]!, digest);
      this.texts[index] = digest;
      this.names[index] = names.of(`${tag}.${className}`);
      this.keys[index] = digestNumber(names.of(`${tag}#${id}.${className}`) + 1, digest);
    }
  }
}

type Pair = (old: number, now: number) => void;

function pairSiblings(
  olds: Tree,
  news: Tree,
  before: readonly number[],
  after: readonly number[],
  pair: Pair,
): void {
  const same = (i: number, j: number) => olds.keys[before[i]!] === news.keys[after[j]!];
  let start = 0;
  while (start < before.length && start < after.length && same(start, start)) {
    pair(before[start]!, after[start]!);
    start++;
  }
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && same(oldEnd - 1, newEnd - 1))
    pair(before[--oldEnd]!, after[--newEnd]!);
  if (start === oldEnd && start === newEnd) return;
  const middleBefore = before.slice(start, oldEnd);
  const middleAfter = after.slice(start, newEnd);
  let [old, now] = [0, 0];
  for (const [i, j] of [
    ...commonSubsequence(olds, news, middleBefore, middleAfter),
    [oldEnd - start, newEnd - start],
  ]) {
    pairGap(olds, news, middleBefore.slice(old, i), middleAfter.slice(now, j), pair);
    if (i! < middleBefore.length) pair(middleBefore[i!]!, middleAfter[j!]!);
    [old, now] = [i! + 1, j! + 1];
  }
}

/** Positions of equal keys, ascending on both sides; none if there are too many. */
function commonSubsequence(
  olds: Tree,
  news: Tree,
  before: readonly number[],
  after: readonly number[],
): [number, number][] {
  const oldKeys = new Set(before.map((index) => olds.keys[index]));
  const newKeys = new Set(after.map((index) => news.keys[index]));
  // What only one side has is in no common sequence.
  const rows = [...before.keys()].filter((i) => newKeys.has(olds.keys[before[i]!]));
  const columns = [...after.keys()].filter((j) => oldKeys.has(news.keys[after[j]!]));
  const width = columns.length + 1;
  if (rows.length === 0 || rows.length * columns.length > maxCells) return [];
  const a = Float64Array.from(rows, (i) => olds.keys[before[i]!]!);
  const b = Float64Array.from(columns, (j) => news.keys[after[j]!]!);
  const lengths = new Uint16Array((rows.length + 1) * width);
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = columns.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] =
        a[i] === b[j] ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < rows.length && j < columns.length;) {
    if (a[i] === b[j]) found.push([rows[i++]!, columns[j++]!]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return found;
}

function pairGap(
  olds: Tree,
  news: Tree,
  before: readonly number[],
  after: readonly number[],
  pair: Pair,
): void {
  if (before.length === 0 || after.length === 0) return;
  let rest = { before, after };
  for (const keyOf of gapKeys) {
    rest = pairBy(
      rest.before,
      rest.after,
      pair,
      (index) => keyOf(olds, index),
      (index) => keyOf(news, index),
    );
    if (rest.before.length === 0 || rest.after.length === 0) return;
  }
}

const emptyText = digestText('');

/** By which elements are paired in a gap, one after the other; null: not by this. */
const gapKeys: readonly ((tree: Tree, index: number) => number | string | null)[] = [
  (tree, index) => tree.names[index]!,
  ({ elements }, index) => {
    const { tag, id } = elements[index]!;
    return id === '' ? null : `${tag}#${id}`;
  },
  ({ elements, texts }, index) =>
    texts[index] === emptyText ? null : `${elements[index]!.tag} ${texts[index]!}`,
];

/** Pairs in order what has the same key. @returns what is left */
function pairBy<Key>(
  before: readonly number[],
  after: readonly number[],
  pair: Pair,
  oldKey: (index: number) => Key | null,
  newKey: (index: number) => Key | null,
): { before: number[]; after: number[] } {
  const waiting = new Map<Key, { items: number[]; next: number }>();
  const taken = new Set<number>();
  for (const now of after) {
    const key = newKey(now);
    if (key === null) continue;
    const queue = waiting.get(key);
    if (queue === undefined) waiting.set(key, { items: [now], next: 0 });
    else queue.items.push(now);
  }
  const left: number[] = [];
  for (const old of before) {
    const key = oldKey(old);
    const queue = key === null ? undefined : waiting.get(key);
    const now = queue?.items[queue.next++];
    if (now === undefined) left.push(old);
    else {
      taken.add(now);
      pair(old, now);
    }
  }
  return { before: left, after: after.filter((index) => !taken.has(index)) };
}
