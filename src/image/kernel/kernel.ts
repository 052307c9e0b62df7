/** The comparison kernel as seen from TypeScript: lays out its memory and calls its steps in order. */
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import type { KernelExports } from './exports.ts';
import { Inflation } from './inflation.ts';
import { countTiles, maskRows } from './marks.ts';
import type { MarkedPixels, Marks } from './marks.ts';
import { KernelMemory, maxPages, roundUp, slack } from './memory.ts';
import { PairComparison } from './pair-comparison.ts';
import type { KernelOutcome, KernelSettings } from './pair-comparison.ts';
import { PairPixels } from './pair-pixels.ts';
import type { PairSide } from './pair-pixels.ts';
import { SecondThread } from './second-thread.ts';
import type { SecondThreadData } from './second-thread.ts';

/** The memory layout of an image's rows. */
export interface RowLayout extends ImageSize {
  /** True when every row starts with its PNG filter byte and still has to be reconstructed. */
  filtered: boolean;
}

/**
 * One kernel with one memory: one comparison at a time. Call `reserve`, `begin`, fill both views from the top, call `compareRows`
 * as often as wanted and `finish`, then read the results; the next `reserve` invalidates them.
 */
export class Kernel {
  readonly #exports: KernelExports;
  readonly #memory: KernelMemory;
  #canvas: ImageSize = { width: 0, height: 0 };
  #pair: { before: RowLayout; after: RowLayout; bytesPerPixel: 3 | 4 } | null = null;
  #before = 0;
  #after = 0;
  #states = 0;
  /** Arguments of `setPair`. */
  #pairNumbers: Parameters<KernelExports['setPair']> = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  #bits = 0;
  #forgivenBits = 0;
  #bitsPitch = 0;

  /** A thread that inflates beside this one; null if there is none. */
  readonly secondThread: SecondThread | null;
  #comparison: PairComparison | null = null;
  /** What was taken from here on is for streams. */
  #streamsStart: number | null = null;

  /**
   * @param module the compiled `build/kernel.wasm`
   * @param startThread starts a second thread, which calls `serveSecondThread`
   */
  constructor(module: WebAssembly.Module, startThread?: (data: SecondThreadData) => void) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages, shared: true });
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
    this.#memory = new KernelMemory(memory);
    this.secondThread = startThread === undefined ? null : new SecondThread(module, memory, startThread);
  }

  /** Bytes of memory that this kernel holds; it never shrinks. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Reserves memory for two images.
   *
   * @returns the views for their rows; each is one byte longer than the rows
   * @throws AppError `image_too_large` when there is not enough memory
   */
  reserve(
    before: RowLayout,
    after: RowLayout,
    bytesPerPixel: 3 | 4,
  ): { before: Uint8Array<ArrayBuffer>; after: Uint8Array<ArrayBuffer> } {
    this.#pair = { before, after, bytesPerPixel };
    this.#streamsStart = null;
    const beforeBytes = pitchOf(before, bytesPerPixel) * before.height;
    const afterBytes = pitchOf(after, bytesPerPixel) * after.height;
    this.secondThread?.connect(beforeBytes + afterBytes);
    this.#canvas = {
      width: Math.max(before.width, after.width),
      height: Math.max(before.height, after.height),
    };
    this.#memory.end = this.#exports.freeMemory();
    this.#before = this.#memory.take(beforeBytes + 1);
    this.#after = this.#memory.take(afterBytes + 1);
    this.#bitsPitch = roundUp(Math.ceil(this.#canvas.width / 8) + 8, 16);
    this.#memory.take(16);
    this.#bits = this.#memory.take(this.#bitsPitch * this.#canvas.height);
    this.#forgivenBits = this.#memory.take(this.#bitsPitch * this.#canvas.height);
    this.#memory.grow();
    return {
      before: this.#memory.view(this.#before, beforeBytes + 1),
      after: this.#memory.view(this.#after, afterBytes + 1),
    };
  }

  /**
   * Reconstructs the filtered rows of the first image of {@link reserve}, which is not compared.
   *
   * @returns its rows, each still after its filter byte; valid until the next call
   */
  reconstruct(): Uint8Array<ArrayBuffer> {
    const { before, bytesPerPixel } = this.#pair!;
    const pitch = pitchOf(before, bytesPerPixel);
    const zeroRow = this.#memory.take(pitch);
    this.#memory.grow();
    this.#exports.clear(zeroRow, pitch + slack);
    this.#exports.reconstructRows(this.#before, pitch, before.height, bytesPerPixel, zeroRow);
    return this.#memory.view(this.#before, pitch * before.height);
  }

  /**
   * A stream that is inflated into a view of {@link reserve}.
   *
   * @param bytes it must have
   */
  inflation(side: 'before' | 'after', parts: readonly Uint8Array[], bytes: number): Inflation {
    this.#streamsStart ??= this.#memory.end;
    const target = side === 'before' ? this.#before : this.#after;
    return new Inflation(this.#exports, this.#memory, parts, target, bytes);
  }

  /** Begins to compare the views of {@link reserve}. */
  begin(settings: KernelSettings): void {
    const { before, after, bytesPerPixel } = this.#pair!;
    const shared = this.#shared;
    const zeroRow = this.#memory.take(shared.width * bytesPerPixel + slack);
    const states = this.#memory.take(shared.height);
    this.#states = states;
    this.#memory.grow();
    this.#exports.clear(zeroRow, shared.width * bytesPerPixel + slack);
    this.#exports.clear(this.#bits - 16, this.#bitsPitch * this.#canvas.height + 16);

    this.#pairNumbers = [
      bytesPerPixel,
      shared.width,
      shared.height,
      this.#before,
      pitchOf(before, bytesPerPixel),
      before.filtered ? 1 : 0,
      this.#after,
      pitchOf(after, bytesPerPixel),
      after.filtered ? 1 : 0,
      zeroRow,
      states,
    ];
    const pair = { numbers: this.#pairNumbers, bytesPerPixel, shared, before, after };
    const marks = this.#marks(this.#bits);
    this.#comparison = new PairComparison(
      this.#exports,
      this.#memory,
      pair,
      marks,
      this.#forgivenBits,
      settings,
    );
  }

  /** What both images have. */
  get #shared(): ImageSize {
    const { before, after } = this.#pair!;
    return { width: Math.min(before.width, after.width), height: Math.min(before.height, after.height) };
  }

  /** Compares rows before `end`, which both views hold. Every filter byte must be 0–4. */
  compareRows(end: number): void {
    this.#comparison!.compareRows(end);
  }

  /** Compares the rows that are left, all of which both views hold now. */
  finish(): KernelOutcome {
    // The streams have ended: what follows may lie where they were.
    this.#memory.end = this.#streamsStart ?? this.#memory.end;
    return this.#comparison!.finish();
  }

  /** Changed pixels of the whole canvas. The arrays are valid until the next call. */
  countChanged(): MarkedPixels {
    return countTiles(this.#exports, this.#memory, this.#marks(this.#bits));
  }

  /** Forgiven pixels of the whole canvas. The arrays are valid until the next call. */
  countForgiven(): MarkedPixels {
    return countTiles(this.#exports, this.#memory, this.#marks(this.#forgivenBits));
  }

  /** From now on the changed pixels count as forgiven too. */
  forgiveChanged(): void {
    this.#exports.addBits(this.#forgivenBits, this.#bits, this.#bitsPitch * this.#canvas.height);
  }

  /** The changed pixels as rows of a 1-bit PNG, each after a filter byte. Valid until the next call. */
  changedRows(): Uint8Array<ArrayBuffer> {
    return maskRows(this.#exports, this.#memory, this.#marks(this.#bits));
  }

  /** The same for the forgiven pixels. */
  forgivenRows(): Uint8Array<ArrayBuffer> {
    return maskRows(this.#exports, this.#memory, this.#marks(this.#forgivenBits));
  }

  /** The pair after {@link finish}, to be aligned. Whatever else is needed of the comparison still works. */
  pairPixels(): PairPixels {
    const { before, after, bytesPerPixel } = this.#pair!;
    const side = (pointer: number, layout: RowLayout): PairSide => ({
      pointer,
      pitch: pitchOf(layout, bytesPerPixel),
      lead: layout.filtered ? 1 : 0,
      width: layout.width,
      height: layout.height,
    });
    return new PairPixels(this.#exports, this.#memory, {
      before: side(this.#before, before),
      after: side(this.#after, after),
      bytesPerPixel,
      states: this.#states,
      plain: this.#marks(this.#bits),
    });
  }

  #marks(pointer: number): Marks {
    return { pointer, pitch: this.#bitsPitch, ...this.#canvas };
  }
}

function pitchOf(rows: RowLayout, bytesPerPixel: number): number {
  return rows.width * bytesPerPixel + (rows.filtered ? 1 : 0);
}
