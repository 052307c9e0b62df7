/** The pixels of two compared images, as the alignment asks for them. */
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import type { KernelExports } from './exports.ts';
import { addRows } from './digested-rows.ts';
import { judgeBand } from './judge-band.ts';
import { maskRows } from './marks.ts';
import type { Marks } from './marks.ts';
import { roundUp, slack } from './memory.ts';
import type { KernelMemory } from './memory.ts';
import type { KernelSettings } from './pair-comparison.ts';
import { findStepColumns } from './step-columns.ts';

/** An image in the kernel's memory. */
export interface PairSide extends ImageSize {
  pointer: number;
  /** Bytes from row to row. */
  pitch: number;
  /** Bytes before the pixels of a row. */
  lead: 0 | 1;
}

export interface PairMemory {
  before: PairSide;
  after: PairSide;
  bytesPerPixel: 3 | 4;
  /** One byte per row that both have. */
  states: number;
  /** What the plain comparison marked. */
  plain: Marks;
}

/** 0: the image before, 1: the image after. */
export type Side = 0 | 1;

/** In pixels from the top left of the image. */
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

/** By row or column: two hashes and the number of color steps of more than two levels. */
export interface Lines {
  first: Uint32Array;
  second: Uint32Array;
  ink: Uint32Array;
}

/** A rectangle of the image before and the place of the one after that it is compared with. */
export interface Pairing {
  before: Rect;
  /** Top left of the other rectangle. */
  left: number;
  top: number;
}

/** State of a row that differs: `DIFFERENT` in pair.as.ts. */
const differentRow = 3;

/**
 * Rows outside of what {@link settle} was called for must not be asked for. Only the width that both images have can be.
 * "Near" is: within two levels per channel, equal in alpha.
 */
export class PairPixels {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  readonly #pair: PairMemory;
  readonly #shared: ImageSize;
  readonly #zeroRow: number;
  /** By row. */
  readonly #settled: Uint8Array;
  #isPlain = false;

  constructor(kernel: KernelExports, memory: KernelMemory, pair: PairMemory) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#pair = pair;
    this.#shared = {
      width: Math.min(pair.before.width, pair.after.width),
      height: Math.min(pair.before.height, pair.after.height),
    };
    this.#settled = new Uint8Array(Math.max(pair.before.height, pair.after.height));
    const bytes = this.#shared.width * pair.bytesPerPixel + slack;
    this.#zeroRow = memory.take(bytes);
    memory.grow();
    kernel.clear(this.#zeroRow, bytes);
    const { before, after } = pair;
    kernel.setSides(before.pointer + before.lead, before.pitch, after.pointer + after.lead, after.pitch);
  }

  /** The width that both images have. */
  get width(): number {
    return this.#shared.width;
  }

  heightOf(side: Side): number {
    return side === 0 ? this.#pair.before.height : this.#pair.after.height;
  }

  /** Whether a row that both images have differs, as compared in place. */
  isRowDifferent(y: number): boolean {
    return this.#memory.view(this.#pair.states + y, 1)[0] === differentRow;
  }

  /** Rows that both images have. */
  get sharedRows(): number {
    return this.#shared.height;
  }

  /** Makes rows from `first` to before `end` of both images readable; cheap for those that are. */
  settle(first: number, end: number): void {
    const to = Math.min(end, this.#settled.length);
    for (let y = Math.max(first, 0); y < to; y++) {
      if (this.#settled[y] === 1) continue;
      let next = y + 1;
      while (next < to && this.#settled[next] === 0) next++;
      this.#settleRows(y, next);
      this.#settled.fill(1, y, next);
      y = next;
    }
  }

  #settleRows(first: number, end: number): void {
    this.#usePlainPair();
    const shared = this.#shared.height;
    this.#kernel.settleRows(first, end);
    if (end <= shared) return;
    this.#kernel.settleRows(shared - 1, shared);
    const side = this.heightOf(0) > shared ? 0 : 1;
    // From the first row on: each builds on the one above it.
    this.#kernel.settleOwnRows(side, shared, end);
  }

  #usePlainPair(): void {
    if (this.#isPlain) return;
    const { before, after, bytesPerPixel, states } = this.#pair;
    this.#kernel.setPair(
      bytesPerPixel,
      this.#shared.width,
      this.#shared.height,
      before.pointer,
      before.pitch,
      before.lead,
      after.pointer,
      after.pitch,
      after.lead,
      this.#zeroRow,
      states,
    );
    this.#isPlain = true;
  }

  hashRows(side: Side, { left, top, width, height }: Rect): Lines {
    return this.#temporarily(height * 12, (pointer) => {
      this.#kernel.hashRows(side, left, top, width, height, pointer);
      const values = new Uint32Array(this.#memory.buffer, pointer, height * 3);
      const column = (index: number) => {
        const to = new Uint32Array(height);
        for (let y = 0, at = index; y < height; y++, at += 3) to[y] = values[at]!;
        return to;
      };
      return { first: column(0), second: column(1), ink: column(2) };
    });
  }

  hashColumns(side: Side, { left, top, width, height }: Rect): Lines {
    const pitch = roundUp(width, 4) * 4;
    return this.#temporarily(pitch * 3, (pointer) => {
      this.#kernel.clear(pointer, pitch * 3);
      this.#kernel.hashColumns(side, left, top, width, height, pointer, pitch);
      const row = (index: number) =>
        new Uint32Array(this.#memory.buffer, pointer + index * pitch, width).slice();
      return { first: row(0), second: row(1), ink: row(2) };
    });
  }

  /**
   * For each column whether some row of one of the rectangles steps by more than two levels from the column before it. Exact only
   * where more than `least` columns without a step may follow each other: others are left as soon as that is impossible.
   */
  stepColumns(before: Rect, after: Rect, least: number): Uint8Array {
    return this.giveBack((kernel, memory) => findStepColumns(kernel, memory, before, after, least));
  }

  /** The columns, from `first` to before `end`, between which two rectangles of one size differ at all; null for none. */
  differingColumns(before: Rect, after: Rect): { first: number; end: number } | null {
    const { left, top, width, height } = before;
    const first = this.#kernel.findColumns(left, top, after.left, after.top, width, height);
    return first === width ? null : { first, end: this.#kernel.getEndColumn() };
  }

  /** Pixels of a rectangle that are not near those of the rectangle of that size at another place. */
  countBeyond(side: Side, { left, top, width, height }: Rect, otherSide: Side, x: number, y: number): number {
    return this.#kernel.countBeyond(side, left, top, otherSide, x, y, width, height);
  }

  /** By row of two rectangles of one size, before and after: pixels at a larger squared distance in YIQ than `largest`. */
  rowsApart(before: Rect, after: Rect, largest: number): Uint32Array {
    const { left, top, width, height } = before;
    return this.#temporarily(height * 4, (pointer) => {
      this.#kernel.countRowsApart(left, top, after.left, after.top, width, height, largest, pointer);
      return new Uint32Array(this.#memory.buffer, pointer, height).slice();
    });
  }

  /** How many rows are near without interruption, from the first (`step` 1, down) or last ones (−1, up). */
  closeRows(before: Rect, after: Rect, step: 1 | -1): number {
    const rows = Math.min(before.height, after.height);
    if (rows === 0 || before.width === 0) return 0;
    const y = (rect: Rect) => (step === 1 ? rect.top : rect.top + rect.height - 1);
    return this.#kernel.closeRows(before.left, y(before), after.left, y(after), before.width, rows, step);
  }

  /** Whether a row equals another one of the same image, byte for byte. */
  isRowEqual(side: Side, left: number, width: number, y: number, otherY: number): boolean {
    return this.#kernel.equalRows(side, left, y, side, left, otherY, width, 1, 1) === 1;
  }

  /**
   * The pixels of a rectangle that are not near the one at `at`, and the box around them; `marks`, those of the image after, gets
   * them too.
   */
  findContent(
    side: Side,
    { left, top, width, height }: Rect,
    at: Point,
    marks?: Marks,
  ): { pixels: number; box: Rect | null } {
    const kernel = this.#kernel;
    const [to, pitch] = marks === undefined ? [0, 0] : [marks.pointer, marks.pitch];
    const pixels = kernel.findContent(side, left, top, width, height, at.x, at.y, to, pitch);
    if (pixels === 0) return { pixels, box: null };
    const [x, y] = [kernel.getContentLeft(), kernel.getContentTop()];
    const box = {
      left: x,
      top: y,
      width: kernel.getContentRight() - x,
      height: kernel.getContentBottom() - y,
    };
    return { pixels, box };
  }

  /** Pixels as one number each: those of the columns in each of the rows, row by row. */
  coloursAt(side: Side, columns: readonly number[], rows: readonly number[]): number[] {
    const { pointer, pitch, lead } = side === 0 ? this.#pair.before : this.#pair.after;
    const { bytesPerPixel } = this.#pair;
    const bytes = new Uint8Array(this.#memory.buffer);
    return rows.flatMap((y) =>
      columns.map((x) => {
        const at = pointer + y * pitch + lead + x * bytesPerPixel;
        const colour = bytes[at]! * 65_536 + bytes[at + 1]! * 256 + bytes[at + 2]!;
        return bytesPerPixel === 3 ? colour : colour * 256 + bytes[at + 3]!;
      }),
    );
  }

  /** A map for pixels of the image after, nothing marked; of its first rows alone if a height is given. */
  makeMarks(height = this.#pair.after.height): Marks {
    const { width } = this.#pair.after;
    const pitch = roundUp(Math.ceil(width / 8) + 8, 16);
    this.#memory.take(16);
    const pointer = this.#memory.take(pitch * height);
    this.#memory.grow();
    this.#kernel.clear(pointer - 16, pitch * height + 16);
    return { pointer, pitch, width, height };
  }

  /** Marks every pixel of a rectangle of the image after. */
  markAll({ left, top, width, height }: Rect, marks: Marks): void {
    this.#kernel.setBits(marks.pointer, marks.pitch);
    this.#kernel.markRectangle(left, top, left + width, top + height);
  }

  /**
   * What the plain comparison marked of the rows that both images have, as a map of the image after. Both have one width. Of
   * images of one size it is the map of the comparison itself: not to be changed.
   */
  plainMarks(): Marks {
    const { plain, before, after } = this.#pair;
    if (before.height === after.height) return plain;
    const marks = this.makeMarks();
    const bytes = plain.pitch * Math.min(before.height, after.height);
    this.bytesOf(marks).set(this.#memory.view(plain.pointer, bytes));
    return marks;
  }

  /** The bytes of a map; valid until the next call. */
  bytesOf({ pointer, pitch, height }: Marks): Uint8Array<ArrayBuffer> {
    return this.#memory.view(pointer, pitch * height);
  }

  /** The map as rows of a 1-bit PNG. Valid until the next call. */
  maskRows(marks: Marks): Uint8Array<ArrayBuffer> {
    return maskRows(this.#kernel, this.#memory, marks);
  }

  /** What a work takes of the memory is given back when it ends. */
  giveBack<T>(work: (kernel: KernelExports, memory: KernelMemory) => T): T {
    const { end } = this.#memory;
    try {
      return work(this.#kernel, this.#memory);
    } finally {
      this.#memory.end = end;
    }
  }

  /**
   * Compares a band of the image after with the same band in which the rectangles of the image before were laid over, as the
   * plain comparison does; marks what changed. At another place, two levels never count, and what may be residue of drawing is
   * marked in `residue`, too, whose first row is the first of the band.
   *
   * @param top a multiple of 16
   * What it takes of the memory is for the caller to give back, after `forgiveResidue`, which reads it.
   *
   * @returns what is drawn elsewhere than before, from the top of the band
   */
  judgeBand(
    { top, bottom }: { top: number; bottom: number },
    pairings: readonly Pairing[],
    settings: KernelSettings,
    marks: Marks,
    residue: Marks,
  ): Rect[] {
    this.settle(top, bottom);
    this.#isPlain = false;
    const { after, bytesPerPixel } = this.#pair;
    const image = { after, bytesPerPixel, width: this.#shared.width, zeroRow: this.#zeroRow };
    const band = { top, bottom, pairings };
    return judgeBand(this.#kernel, this.#memory, image, band, settings, marks, residue);
  }

  /**
   * Adds the pixels of a rectangle to a digest, which does not depend on whether opaque pixels are kept with alpha. What lies
   * outside of the image, or of the width that both have, counts as zero.
   */
  addTo(hash: { update(data: Uint8Array | string): unknown }, side: Side, rect: Rect): void {
    const { pointer, pitch, lead, height } = side === 0 ? this.#pair.before : this.#pair.after;
    const { bytesPerPixel } = this.#pair;
    const first = Math.max(rect.left, 0);
    const last = Math.min(rect.left + rect.width, this.#shared.width);
    const top = Math.max(rect.top, 0);
    const bottom = Math.min(rect.top + rect.height, height);
    this.settle(top, bottom);
    const rowAt = (y: number) =>
      this.#memory.view(
        pointer + y * pitch + lead + first * bytesPerPixel,
        Math.max(last - first, 0) * bytesPerPixel,
      );
    const place = `${first - rect.left} ${top - rect.top} ${last - first} ${bottom - top}`;
    addRows(hash, place, { rowAt, top, bottom, bytesPerPixel });
  }

  #temporarily<T>(bytes: number, work: (pointer: number) => T): T {
    return this.giveBack((_kernel, memory) => {
      const pointer = memory.take(bytes);
      memory.grow();
      return work(pointer);
    });
  }
}
