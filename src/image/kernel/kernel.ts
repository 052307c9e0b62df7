/** The comparison kernel as seen from TypeScript: lays out its memory and calls its steps in order. */
import type { AntialiasingRule, ImageSize } from '../../domain/comparison/comparison.ts';
import type { KernelExports } from './exports.ts';
import { AntiAliasing } from './anti-aliasing.ts';
import { Inflation } from './inflation.ts';
import { countTiles, maskRows } from './marks.ts';
import type { MarkedPixels, Marks } from './marks.ts';
import { KernelMemory, maxPages, roundUp, slack } from './memory.ts';
import { PairPixels } from './pair-pixels.ts';
import type { PairSide } from './pair-pixels.ts';
import { SecondThread } from './second-thread.ts';
import type { SecondThreadData } from './second-thread.ts';
import { ValuesDigest } from './values-digest.ts';

/** Rows after which the second thread is told that there are more. */
const rowsAtOnce = 32;

/** The memory layout of an image's rows. */
export interface RowLayout extends ImageSize {
  /** True when every row starts with its PNG filter byte and still has to be reconstructed. */
  filtered: boolean;
}

export interface KernelSettings {
  /** Colors up to this squared YIQ distance count as unchanged, 0–35215. */
  maxColourDistance: number;
  antialiasing: AntialiasingRule;
}

export interface KernelOutcome {
  antiAliasedPixels: number;
  belowThresholdPixels: number;
  /** False when a shared pixel of either image is not fully opaque. */
  opaque: boolean;
  /** Σ of squared channel differences, each 0–1, over the shared area: three channels if opaque, else four. */
  squaredError: number;
}

/** A comparison that goes on. */
interface Running {
  settings: KernelSettings;
  /** That both images have. */
  shared: ImageSize;
  /** Rows that were compared. */
  rows: number;
  /** Null if the anti-aliasing stage has to wait for the last row. */
  antiAliasing: AntiAliasing | null;
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
  #running: Running | null = null;
  /** What was taken from here on is for streams. */
  #streamsStart: number | null = null;
  #digest: ValuesDigest | null = null;

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
    this.secondThread?.connect(
      pitchOf(before, bytesPerPixel) * before.height + pitchOf(after, bytesPerPixel) * after.height,
    );
    this.#canvas = {
      width: Math.max(before.width, after.width),
      height: Math.max(before.height, after.height),
    };
    this.#memory.end = this.#exports.freeMemory();
    const beforeBytes = pitchOf(before, bytesPerPixel) * before.height + 1;
    const afterBytes = pitchOf(after, bytesPerPixel) * after.height + 1;
    this.#before = this.#memory.take(beforeBytes);
    this.#after = this.#memory.take(afterBytes);
    this.#bitsPitch = roundUp(Math.ceil(this.#canvas.width / 8) + 8, 16);
    this.#memory.take(16);
    this.#bits = this.#memory.take(this.#bitsPitch * this.#canvas.height);
    this.#forgivenBits = this.#memory.take(this.#bitsPitch * this.#canvas.height);
    this.#memory.grow();
    return {
      before: this.#memory.view(this.#before, beforeBytes),
      after: this.#memory.view(this.#after, afterBytes),
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
    this.#memory.view(zeroRow, pitch + slack).fill(0);
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
    const kernel = this.#exports;
    const shared = this.#shared;
    const zeroRow = this.#memory.take(shared.width * bytesPerPixel + slack);
    const states = this.#memory.take(shared.height);
    this.#states = states;
    this.#memory.grow();
    this.#memory.view(zeroRow, shared.width * bytesPerPixel + slack).fill(0);
    this.#memory.view(this.#bits - 16, this.#bitsPitch * this.#canvas.height + 16).fill(0);

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
    kernel.setPair(...this.#pairNumbers);
    kernel.setBits(this.#bits, this.#bitsPitch);
    // Whether a pixel with alpha, or one below a threshold, is forgiven is known only when all are compared.
    const isStraight = bytesPerPixel === 3 && settings.maxColourDistance === 0;
    this.#running = {
      settings,
      shared,
      rows: 0,
      antiAliasing: isStraight ? this.#antiAliasing(settings) : null,
    };
  }

  /** What both images have. */
  get #shared(): ImageSize {
    const { before, after } = this.#pair!;
    return { width: Math.min(before.width, after.width), height: Math.min(before.height, after.height) };
  }

  #antiAliasing({ antialiasing }: KernelSettings): AntiAliasing {
    return new AntiAliasing(this.#exports, this.#memory, this.#marks(this.#bits), antialiasing);
  }

  /** Compares rows before `end`, which both views hold. Every filter byte must be 0–4. */
  compareRows(end: number): void {
    const running = this.#running!;
    const to = Math.min(end, running.shared.height);
    if (to <= running.rows) return;
    this.#exports.findChanges(running.rows, to);
    if (running.antiAliasing !== null) {
      this.#copyBits(running.rows, to);
      running.antiAliasing.forgiveRows(to);
    }
    running.rows = to;
  }

  /**
   * Compares the rows that are left, all of which both views hold now.
   *
   * @param isDigested whether {@link startDigest} may follow
   */
  finish(isDigested = false): KernelOutcome {
    const { settings, shared, ...running } = this.#running!;
    const { before, after } = this.#pair!;
    const kernel = this.#exports;
    // The streams have ended: what follows may lie where they were.
    this.#memory.end = this.#streamsStart ?? this.#memory.end;
    const pair = { numbers: this.#pairNumbers, shared };
    const bits = [this.#bits, this.#bitsPitch] as const;
    const digest = isDigested
      ? new ValuesDigest(kernel, this.#memory, this.secondThread, pair, bits, this.#forgivenBits)
      : null;
    // Where pixels of anti-aliasing are forgiven, few pieces would stay as they are.
    if (running.antiAliasing !== null && settings.antialiasing !== 'forgive') digest?.startEarly();
    for (let end = this.#running!.rows; end < shared.height;) {
      end = Math.min(end + rowsAtOnce, shared.height);
      this.compareRows(end);
      digest?.allow(end);
    }
    this.#digest = digest;
    this.#running = null;
    this.#copyBits(running.antiAliasing === null ? 0 : shared.height, this.#canvas.height);
    const belowThresholdPixels = kernel.forgiveColours(settings.maxColourDistance);
    const antiAliasing = running.antiAliasing ?? this.#antiAliasing(settings);
    const antiAliasedPixels = antiAliasing.finish(shared.height);
    digest?.endEarly();
    kernel.subtractBits(this.#forgivenBits, this.#bits, this.#bitsPitch * this.#canvas.height);
    const opaque = kernel.isOpaque() !== 0;
    const squaredError = opaque ? kernel.getPlainError() / 255 ** 2 : kernel.getWeightedError() / 255 ** 4;
    this.#markUnshared(before, shared);
    this.#markUnshared(after, shared);
    return { antiAliasedPixels, belowThresholdPixels, opaque, squaredError };
  }

  /** Pixels beside or below the shared area exist in one image only. */
  #markUnshared(image: ImageSize, shared: ImageSize): void {
    this.#exports.markRectangle(shared.width, 0, image.width, shared.height);
    this.#exports.markRectangle(0, shared.height, image.width, image.height);
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

  /**
   * Starts to digest the values of the changed pixels that both images have. Until {@link endDigest}, the pair may be aligned, but marks must
   * stay as they are.
   *
   * @param changedPixels of the canvas
   */
  startDigest(changedPixels: number): void {
    this.#digest!.start(changedPixels);
  }

  /** The digests, see {@link ValuesDigest}. */
  endDigest(): Uint8Array<ArrayBuffer> {
    return this.#digest!.finish(this.#forgivenBits);
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

  /** Keeps what differs at all before some of it is forgiven. */
  #copyBits(firstRow: number, endRow: number): void {
    const [start, bytes] = [firstRow * this.#bitsPitch, (endRow - firstRow) * this.#bitsPitch];
    this.#memory.view(this.#forgivenBits + start, bytes).set(this.#memory.view(this.#bits + start, bytes));
  }
}

function pitchOf(rows: RowLayout, bytesPerPixel: number): number {
  return rows.width * bytesPerPixel + (rows.filtered ? 1 : 0);
}
