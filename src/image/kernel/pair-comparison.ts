/** The steps of one comparison, in order, while its rows come. */
import type { AntialiasingRule, ImageSize } from '../../domain/comparison/comparison.ts';
import { AntiAliasing } from './anti-aliasing.ts';
import type { KernelExports } from './exports.ts';
import type { Marks } from './marks.ts';
import type { KernelMemory } from './memory.ts';

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

interface ComparedPair {
  /** Arguments of `setPair`. */
  numbers: Parameters<KernelExports['setPair']>;
  bytesPerPixel: 3 | 4;
  /** That both images have. */
  shared: ImageSize;
  before: ImageSize;
  after: ImageSize;
}

export class PairComparison {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  readonly #pair: ComparedPair;
  readonly #marks: Marks;
  readonly #differing: number;
  readonly #settings: KernelSettings;
  /** Null if the anti-aliasing stage has to wait for the last row. */
  readonly #antiAliasing: AntiAliasing | null;
  /** Rows that were compared. */
  #rows = 0;

  /**
   * @param marks of the canvas, cleared; in the end, those that changed
   * @param differing rows like those of `marks`, for all pixels that differ; in the end, those that are forgiven
   */
  constructor(
    kernel: KernelExports,
    memory: KernelMemory,
    pair: ComparedPair,
    marks: Marks,
    differing: number,
    settings: KernelSettings,
  ) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#pair = pair;
    this.#marks = marks;
    this.#differing = differing;
    this.#settings = settings;
    kernel.setPair(...pair.numbers);
    kernel.setBits(marks.pointer, marks.pitch);
    // Whether a pixel with alpha, or one below a threshold, is forgiven is known only when all are compared.
    const isStraight = pair.bytesPerPixel === 3 && settings.maxColourDistance === 0;
    this.#antiAliasing = isStraight ? this.#startAntiAliasing() : null;
  }

  #startAntiAliasing(): AntiAliasing {
    return new AntiAliasing(this.#kernel, this.#memory, this.#marks, this.#settings.antialiasing);
  }

  /** Compares rows before `end`, which are there. */
  compareRows(end: number): void {
    const to = Math.min(end, this.#pair.shared.height);
    if (to <= this.#rows) return;
    this.#kernel.findChanges(this.#rows, to);
    if (this.#antiAliasing !== null) {
      this.#keepDiffering(this.#rows, to);
      this.#antiAliasing.forgiveRows(to);
    }
    this.#rows = to;
  }

  finish(): KernelOutcome {
    const { shared, before, after } = this.#pair;
    const kernel = this.#kernel;
    const marks = this.#marks;
    this.compareRows(shared.height);
    this.#keepDiffering(this.#antiAliasing === null ? 0 : shared.height, marks.height);
    const belowThresholdPixels = kernel.forgiveColours(this.#settings.maxColourDistance);
    const stage = this.#antiAliasing ?? this.#startAntiAliasing();
    const antiAliasedPixels = stage.finish(shared.height);
    kernel.subtractBits(this.#differing, marks.pointer, marks.pitch * marks.height);
    const opaque = kernel.isOpaque() !== 0;
    const squaredError = opaque ? kernel.getPlainError() / 255 ** 2 : kernel.getWeightedError() / 255 ** 4;
    // Pixels beside or below the shared area exist in one image only.
    for (const image of [before, after]) {
      kernel.markRectangle(shared.width, 0, image.width, shared.height);
      kernel.markRectangle(0, shared.height, image.width, image.height);
    }
    return { antiAliasedPixels, belowThresholdPixels, opaque, squaredError };
  }

  /** Keeps what differs at all before some of it is forgiven. */
  #keepDiffering(firstRow: number, endRow: number): void {
    const { pointer, pitch } = this.#marks;
    const [start, bytes] = [firstRow * pitch, (endRow - firstRow) * pitch];
    this.#memory.view(this.#differing + start, bytes).set(this.#memory.view(pointer + start, bytes));
  }
}
