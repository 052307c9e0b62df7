/** The comparison kernel as seen from TypeScript: lays out its memory and calls its steps in order. */
import { AppError } from '../../base/errors.ts';
import type { AntialiasingRule, ImageSize } from '../../domain/comparison/comparison.ts';
import { joinTiles, tileSize, tilesOfRegions } from '../regions.ts';
import type { TileCounts } from '../regions.ts';

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

/** Marked pixels of the whole canvas: how many, and where. */
export interface MarkedPixels {
  pixels: number;
  tiles: TileCounts;
}

/** The changed pixels with their values before and after. */
export interface ChangedValues {
  /** As {@link Kernel.changedRows}. */
  rows: Uint8Array<ArrayBuffer>;
  /** Eight bytes for each changed pixel of the shared area, in reading order: RGBA before, RGBA after. In pieces. */
  pixels(): Generator<Uint8Array>;
}

interface KernelExports {
  memory: WebAssembly.Memory;
  freeMemory(): number;
  setPair(
    bytesPerPixel: number,
    width: number,
    height: number,
    before: number,
    beforePitch: number,
    beforeLead: number,
    after: number,
    afterPitch: number,
    afterLead: number,
    zeroRow: number,
    states: number,
  ): void;
  reconstructRows(rows: number, pitch: number, height: number, bytesPerPixel: number, zeroRow: number): void;
  setBits(pointer: number, pitch: number): void;
  findChanges(): void;
  getPlainError(): number;
  getWeightedError(): number;
  isOpaque(): number;
  forgiveColours(largest: number): number;
  ringBytes(): number;
  setRings(pointer: number): void;
  setForgiven(pointer: number): void;
  forgiveAntiAliasing(onlySlight: boolean): number;
  startRegion(): void;
  addTile(column: number, row: number): void;
  isBalanced(): number;
  restoreTile(column: number, row: number): number;
  markRectangle(left: number, top: number, right: number, bottom: number): void;
  subtractBits(from: number, what: number, bytes: number): void;
  addBits(to: number, what: number, bytes: number): void;
  countTiles(marks: number, pitch: number, canvasHeight: number, planes: number, planeBytes: number): number;
  writeMask(marks: number, pitch: number, to: number, width: number, height: number): void;
}

const wasmPageBytes = 65_536;
/** In a region where the rule `slight` would forgive more pixels than this, they count. */
const maxForgivenOfRegion = 4;
/** The kernel reads and writes up to this many bytes past the end of a block. */
const slack = 64;

/**
 * One kernel with one memory: one comparison at a time. Call `reserve`, fill both views, call `compare`, then read the
 * results; the next `reserve` invalidates them.
 */
export class Kernel {
  readonly #exports: KernelExports;
  #canvas: ImageSize = { width: 0, height: 0 };
  #pair: { before: RowLayout; after: RowLayout; bytesPerPixel: 3 | 4 } | null = null;
  #end = 0;
  #before = 0;
  #after = 0;
  #bits = 0;
  #forgivenBits = 0;
  #bitsPitch = 0;

  /** @param module the compiled `build/kernel.wasm` */
  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
  }

  /** Bytes of memory that this kernel holds; it never shrinks. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
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
    this.#canvas = {
      width: Math.max(before.width, after.width),
      height: Math.max(before.height, after.height),
    };
    this.#end = this.#exports.freeMemory();
    const beforeBytes = pitchOf(before, bytesPerPixel) * before.height + 1;
    const afterBytes = pitchOf(after, bytesPerPixel) * after.height + 1;
    this.#before = this.#take(beforeBytes);
    this.#after = this.#take(afterBytes);
    this.#bitsPitch = roundUp(Math.ceil(this.#canvas.width / 8) + 8, 16);
    this.#take(16);
    this.#bits = this.#take(this.#bitsPitch * this.#canvas.height);
    this.#forgivenBits = this.#take(this.#bitsPitch * this.#canvas.height);
    this.#grow();
    return {
      before: this.#view(this.#before, beforeBytes),
      after: this.#view(this.#after, afterBytes),
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
    const zeroRow = this.#take(pitch);
    this.#grow();
    this.#view(zeroRow, pitch + slack).fill(0);
    this.#exports.reconstructRows(this.#before, pitch, before.height, bytesPerPixel, zeroRow);
    return this.#view(this.#before, pitch * before.height);
  }

  /** Compares the contents of the views of {@link reserve}. Every filter byte must be 0–4. */
  compare(settings: KernelSettings): KernelOutcome {
    const { before, after, bytesPerPixel } = this.#pair!;
    const kernel = this.#exports;
    const shared = {
      width: Math.min(before.width, after.width),
      height: Math.min(before.height, after.height),
    };
    const zeroRow = this.#take(shared.width * bytesPerPixel + slack);
    const states = this.#take(shared.height);
    this.#grow();
    this.#view(zeroRow, shared.width * bytesPerPixel + slack).fill(0);
    this.#view(this.#bits - 16, this.#bitsPitch * this.#canvas.height + 16).fill(0);

    kernel.setPair(
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
    );
    kernel.setBits(this.#bits, this.#bitsPitch);
    kernel.findChanges();
    this.#copyBits(this.#bits, this.#forgivenBits);
    const belowThresholdPixels = kernel.forgiveColours(settings.maxColourDistance);
    let antiAliasedPixels = 0;
    if (settings.antialiasing !== 'count') {
      const rings = this.#take(kernel.ringBytes());
      this.#grow();
      kernel.setRings(rings);
      const isSlight = settings.antialiasing === 'slight';
      const slight = isSlight ? this.#take(this.#bitsPitch * this.#canvas.height) : 0;
      if (isSlight) {
        this.#grow();
        this.#view(slight, this.#bitsPitch * this.#canvas.height).fill(0);
        kernel.setForgiven(slight);
      }
      antiAliasedPixels = kernel.forgiveAntiAliasing(isSlight);
      if (isSlight && antiAliasedPixels > 0) antiAliasedPixels -= this.#restoreRegions(slight);
    }
    kernel.subtractBits(this.#forgivenBits, this.#bits, this.#bitsPitch * this.#canvas.height);
    const opaque = kernel.isOpaque() !== 0;
    const squaredError = opaque ? kernel.getPlainError() / 255 ** 2 : kernel.getWeightedError() / 255 ** 4;
    this.#markUnshared(before, shared);
    this.#markUnshared(after, shared);
    return { antiAliasedPixels, belowThresholdPixels, opaque, squaredError };
  }

  /**
   * Marks forgiven pixels as changed again in regions with too many of them to be noise.
   *
   * @returns how many pixels
   */
  #restoreRegions(slight: number): number {
    const kernel = this.#exports;
    const joined = joinTiles(this.#countTiles(slight).tiles);
    let restored = 0;
    for (const { box, tiles } of tilesOfRegions(joined)) {
      kernel.startRegion();
      const isFew = box.changedPixels <= maxForgivenOfRegion;
      if (isFew) for (const { column, row } of tiles) kernel.addTile(column, row);
      if (isFew && kernel.isBalanced()) continue;
      for (const { column, row } of tiles) restored += kernel.restoreTile(column, row);
    }
    return restored;
  }

  /** Pixels beside or below the shared area exist in one image only. */
  #markUnshared(image: ImageSize, shared: ImageSize): void {
    this.#exports.markRectangle(shared.width, 0, image.width, shared.height);
    this.#exports.markRectangle(0, shared.height, image.width, image.height);
  }

  /** Changed pixels of the whole canvas. The arrays are valid until the next call. */
  countChanged(): MarkedPixels {
    return this.#countTiles(this.#bits);
  }

  /** Forgiven pixels of the whole canvas. The arrays are valid until the next call. */
  countForgiven(): MarkedPixels {
    return this.#countTiles(this.#forgivenBits);
  }

  /** From now on the changed pixels count as forgiven too. */
  forgiveChanged(): void {
    this.#exports.addBits(this.#forgivenBits, this.#bits, this.#bitsPitch * this.#canvas.height);
  }

  /** The changed pixels as rows of a 1-bit PNG, each after a filter byte. Valid until the next call. */
  changedRows(): Uint8Array<ArrayBuffer> {
    return this.#maskRows(this.#bits);
  }

  /** The same for the forgiven pixels. */
  forgivenRows(): Uint8Array<ArrayBuffer> {
    return this.#maskRows(this.#forgivenBits);
  }

  /** The pixels of both images where they changed. Valid until the next call. */
  changedValues(): ChangedValues {
    const rows = this.changedRows();
    return { rows, pixels: () => this.#valuesOf(rows) };
  }

  /** A row with a changed pixel differs, so the comparison has reconstructed it in both images. */
  *#valuesOf(rows: Uint8Array): Generator<Uint8Array> {
    const { before, after, bytesPerPixel } = this.#pair!;
    const width = Math.min(before.width, after.width);
    const height = Math.min(before.height, after.height);
    const maskPitch = Math.ceil(this.#canvas.width / 8) + 1;
    const memory = new Uint8Array(this.#exports.memory.buffer);
    const values = new Uint8Array(width * 8).fill(255);
    for (let y = 0; y < height; y++) {
      const mask = rows.subarray(y * maskPitch + 1, (y + 1) * maskPitch);
      const starts = [startOf(this.#before, before, y), startOf(this.#after, after, y)];
      let at = 0;
      for (let index = 0; index < mask.length; index++) {
        const bits = mask[index]!;
        if (bits === 0) continue;
        for (let bit = 0; bit < 8; bit++) {
          const x = index * 8 + bit;
          if ((bits & (128 >> bit)) === 0 || x >= width) continue;
          for (const start of starts) {
            const from = start + x * bytesPerPixel;
            for (let channel = 0; channel < bytesPerPixel; channel++)
              values[at + channel] = memory[from + channel]!;
            at += 4;
          }
        }
      }
      if (at > 0) yield values.subarray(0, at);
    }

    function startOf(pointer: number, layout: RowLayout, y: number): number {
      return pointer + pitchOf(layout, bytesPerPixel) * y + (layout.filtered ? 1 : 0);
    }
  }

  #countTiles(marks: number): MarkedPixels {
    const tileRows = Math.ceil(this.#canvas.height / tileSize);
    const planeBytes = tileRows * this.#bitsPitch;
    const planes = this.#take(planeBytes * 4);
    this.#grow();
    const pixels = this.#exports.countTiles(marks, this.#bitsPitch, this.#canvas.height, planes, planeBytes);
    const plane = (index: number) =>
      new Uint16Array(this.#exports.memory.buffer, planes + index * planeBytes, planeBytes / 2);
    return {
      pixels,
      tiles: {
        tilesPerRow: this.#bitsPitch / 2,
        tileRows,
        counts: plane(0),
        columns: plane(1),
        firstRows: plane(2),
        lastRows: plane(3),
      },
    };
  }

  #maskRows(marks: number): Uint8Array<ArrayBuffer> {
    const { width, height } = this.#canvas;
    const bytes = (Math.ceil(width / 8) + 1) * height;
    const pointer = this.#take(bytes + slack);
    this.#grow();
    this.#exports.writeMask(marks, this.#bitsPitch, pointer, width, height);
    return this.#view(pointer, bytes);
  }

  #copyBits(from: number, to: number): void {
    const bytes = this.#bitsPitch * this.#canvas.height;
    this.#view(to, bytes).set(this.#view(from, bytes));
  }

  #take(bytes: number): number {
    const pointer = roundUp(this.#end, 16);
    this.#end = pointer + bytes + slack;
    return pointer;
  }

  #grow(): void {
    const missing = this.#end - this.#exports.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.#exports.memory.grow(Math.ceil(missing / wasmPageBytes));
    } catch (cause) {
      const megabytes = Math.ceil(this.#end / 1e6).toLocaleString('en-US');
      throw new AppError(
        'image_too_large',
        `Comparing these images needs ${megabytes} MB of memory, more than is available. Compare smaller images.`,
        { cause },
      );
    }
  }

  #view(pointer: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer, pointer, bytes);
  }
}

function pitchOf(rows: RowLayout, bytesPerPixel: number): number {
  return rows.width * bytesPerPixel + (rows.filtered ? 1 : 0);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
