/**
 * Which lines (rows or columns) of one list are those of another: patience matching (B. Cohen, "The patience diff algorithm",
 * 2008) with lines that occur a few times as further anchors.
 */
import type { Lines } from '../kernel/pair-pixels.ts';

/** `length` lines from `before` in the first list are those from `after` in the second. */
export interface Run {
  before: number;
  after: number;
  length: number;
}

/** Two lists of lines; equal lines have equal numbers, from 0. */
export interface NumberedLines {
  before: Int32Array;
  after: Int32Array;
  /** By number: color steps. */
  ink: Uint32Array;
}

/** Lines that occur more often in each list are no anchors. */
const maxOccurrences = 8;

/** A chain of anchors is looked for again between anchors at most this often. */
const maxDepth = 40;

/** Gives equal lines equal numbers. */
export function numberLines(before: Lines, after: Lines): NumberedLines {
  const total = before.first.length + after.first.length;
  let size = 16;
  while (size < total * 2) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const firsts = new Uint32Array(total);
  const seconds = new Uint32Array(total);
  const ink = new Uint32Array(total);
  let numbers = 0;
  const number = (lines: Lines) => {
    const result = new Int32Array(lines.first.length);
    for (let index = 0; index < result.length; index++) {
      const first = lines.first[index]!;
      const second = lines.second[index]!;
      let slot = (first ^ (second >>> 7)) & (size - 1);
      let known = slots[slot]!;
      while (known !== -1 && (firsts[known] !== first || seconds[known] !== second)) {
        slot = (slot + 1) & (size - 1);
        known = slots[slot]!;
      }
      if (known === -1) {
        known = numbers++;
        slots[slot] = known;
        firsts[known] = first;
        seconds[known] = second;
        ink[known] = lines.ink[index]!;
      }
      result[index] = known;
    }
    return result;
  };
  return { before: number(before), after: number(after), ink: ink.subarray(0, numbers) };
}

/** The runs of equal lines, in order: each comes after the one before it in both lists. Blank lines are never anchors. */
export function matchLines({ before, after, ink }: NumberedLines): Run[] {
  const runs: Run[] = [];
  const counts = { before: new Int32Array(ink.length), after: new Int32Array(ink.length) };
  // The last place of each line in the current range, and the place of the same line before that one.
  const last = { before: new Int32Array(ink.length), after: new Int32Array(ink.length) };
  const previous = { before: new Int32Array(before.length), after: new Int32Array(after.length) };

  const add = (run: Run) => {
    const end = runs.at(-1);
    if (end !== undefined && end.before + end.length === run.before && end.after + end.length === run.after)
      end.length += run.length;
    else if (run.length > 0) runs.push({ ...run });
  };

  const match = (b0: number, b1: number, a0: number, a1: number, depth: number): void => {
    let start = 0;
    while (b0 + start < b1 && a0 + start < a1 && before[b0 + start] === after[a0 + start]) start++;
    add({ before: b0, after: a0, length: start });
    let end = 0;
    while (b1 - end > b0 + start && a1 - end > a0 + start && before[b1 - end - 1] === after[a1 - end - 1])
      end++;
    const [fromB, toB, fromA, toA] = [b0 + start, b1 - end, a0 + start, a1 - end];
    if (fromB < toB && fromA < toA && depth < maxDepth) {
      let [atB, atA] = [fromB, fromA];
      for (const anchor of chainOf(anchorsIn(fromB, toB, fromA, toA))) {
        if (anchor.before < atB || anchor.after < atA) continue;
        match(atB, anchor.before, atA, anchor.after, depth + 1);
        let length = 1;
        while (
          anchor.before + length < toB &&
          anchor.after + length < toA &&
          before[anchor.before + length] === after[anchor.after + length]
        )
          length++;
        add({ ...anchor, length });
        [atB, atA] = [anchor.before + length, anchor.after + length];
      }
      // Without an anchor the same range would be read again.
      if (atB > fromB || atA > fromA) match(atB, toB, atA, toA, depth + 1);
    }
    add({ before: b1 - end, after: a1 - end, length: end });
  };

  const anchorsIn = (b0: number, b1: number, a0: number, a1: number): { before: number; after: number }[] => {
    count('before', before, b0, b1);
    count('after', after, a0, a1);
    const anchors: { before: number; after: number }[] = [];
    for (let line = b0; line < b1; line++) {
      const number = before[line]!;
      const times = counts.before[number]!;
      if (ink[number] === 0 || times > maxOccurrences || times !== counts.after[number]) continue;
      // In order: from the last one back, as many steps as there are of this line behind this place.
      let place = last.after[number]!;
      for (let other = last.before[number]!; other > line; other = previous.before[other]!)
        place = previous.after[place]!;
      anchors.push({ before: line, after: place });
    }
    for (let line = b0; line < b1; line++) counts.before[before[line]!] = 0;
    for (let line = a0; line < a1; line++) counts.after[after[line]!] = 0;
    return anchors;
  };

  const count = (side: 'before' | 'after', lines: Int32Array, from: number, to: number) => {
    for (let line = from; line < to; line++) {
      const number = lines[line]!;
      counts[side][number]!++;
      previous[side][line] = last[side][number]!;
      last[side][number] = line;
    }
  };

  match(0, before.length, 0, after.length, 0);
  return runs;
}

/** The longest chain of anchors that rises in both lists; they come in the order of the first. */
function chainOf(anchors: readonly { before: number; after: number }[]): { before: number; after: number }[] {
  const piles: number[] = [];
  const links = new Int32Array(anchors.length);
  for (const [index, { after }] of anchors.entries()) {
    let [low, high] = [0, piles.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (anchors[piles[middle]!]!.after < after) low = middle + 1;
      else high = middle;
    }
    links[index] = low > 0 ? piles[low - 1]! : -1;
    piles[low] = index;
  }
  const chain: { before: number; after: number }[] = [];
  for (let at = piles.at(-1) ?? -1; at >= 0; at = links[at]!) chain.push(anchors[at]!);
  return chain.reverse();
}
