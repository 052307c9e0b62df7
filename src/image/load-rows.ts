/** Loads the pixels of images into the kernel's memory, in the way that suits their files. */
import { decodePixels } from './decode.ts';
import type { ImageHeader } from './image-header.ts';
import { inflateAll, inflateBoth } from './kernel/inflation.ts';
import type { Inflation } from './kernel/inflation.ts';
import type { Kernel, RowLayout } from './kernel/kernel.ts';
import type { PngFile } from './png-file.ts';
import { refuse } from './refusal.ts';
import type { NamedImage } from './refusal.ts';

export interface OpenedImage {
  image: NamedImage;
  header: ImageHeader;
}

/** A view of `Kernel.reserve`, whose layout {@link layoutOf} gave. */
export interface RowTarget {
  side: 'before' | 'after';
  rows: Uint8Array<ArrayBuffer>;
  bytesPerPixel: 3 | 4;
}

const largestFilter = 4;
/** Rows that are looked at before the other thread may get more to do. */
const rowsAtOnce = 32;

export function layoutOf({ header }: OpenedImage, bytesPerPixel: 3 | 4): RowLayout {
  return { width: header.width, height: header.height, filtered: pngOf(header, bytesPerPixel) !== null };
}

/** The file, if the kernel reads its rows. */
function pngOf(header: ImageHeader, bytesPerPixel: 3 | 4): PngFile | null {
  return header.format === 'png' && header.png.kernelBytesPerPixel === bytesPerPixel ? header.png : null;
}

/** @throws AppError `image_invalid` */
export async function loadRows(
  kernel: Kernel,
  input: OpenedImage,
  target: RowTarget,
  maxPixels: number,
): Promise<void> {
  const png = pngOf(input.header, target.bytesPerPixel);
  if (png === null) {
    target.rows.set(await decodePixels(input.image, input.header, target.bytesPerPixel, maxPixels));
    return;
  }
  const stream = streamOf(kernel, input, png, target);
  inflateAll(stream.inflation);
  stream.check();
}

/**
 * Loads a pair.
 *
 * @param onRows may be called with a number of rows that both have by then, each with a known filter
 * @throws AppError `image_invalid` of the first one that is broken
 */
export async function loadPair(
  kernel: Kernel,
  [before, after]: readonly [OpenedImage, OpenedImage],
  [beforeTarget, afterTarget]: readonly [RowTarget, RowTarget],
  maxPixels: number,
  onRows: (count: number) => void,
): Promise<void> {
  const beforePng = pngOf(before.header, beforeTarget.bytesPerPixel);
  const afterPng = pngOf(after.header, afterTarget.bytesPerPixel);
  if (beforePng === null || afterPng === null) {
    const loading = await Promise.allSettled([
      loadRows(kernel, before, beforeTarget, maxPixels),
      loadRows(kernel, after, afterTarget, maxPixels),
    ]);
    // Both have ended before an error is rethrown: nothing writes into memory that the next comparison uses.
    for (const result of loading) if (result.status === 'rejected') throw result.reason;
    return;
  }
  const first = streamOf(kernel, before, beforePng, beforeTarget);
  const thread = kernel.secondThread?.isReady() === true ? kernel.secondThread : null;
  thread?.inflate(first.inflation);
  const second = streamOf(kernel, after, afterPng, afterTarget);
  let given = 0;
  inflateBoth(first.inflation, second.inflation, thread, () => {
    const count = Math.min(first.knownRows(), second.knownRows());
    if (count <= given) return false;
    given = Math.min(count, given + rowsAtOnce);
    onRows(given);
    return true;
  });
  first.check();
  second.check();
}

function streamOf(kernel: Kernel, { image }: OpenedImage, png: PngFile, target: RowTarget): RowStream {
  const pitch = png.width * target.bytesPerPixel + 1;
  const inflation = kernel.inflation(target.side, png.data, pitch * png.height);
  return new RowStream(inflation, target.rows, pitch, image.label);
}

/** Filtered rows while they are inflated. */
class RowStream {
  readonly inflation: Inflation;
  readonly #rows: Uint8Array;
  readonly #pitch: number;
  readonly #label: string;
  /** Rows with a known filter. */
  #known = 0;
  #failure: string | null = null;

  constructor(inflation: Inflation, rows: Uint8Array, pitch: number, label: string) {
    this.inflation = inflation;
    this.#rows = rows;
    this.#pitch = pitch;
    this.#label = label;
  }

  /** Rows that may be changed, up to the first one with an unknown filter. */
  knownRows(): number {
    const count = Math.floor(this.inflation.settledBytes / this.#pitch);
    while (this.#failure === null && this.#known < count) {
      const filter = this.#rows[this.#known * this.#pitch]!;
      if (filter > largestFilter) this.#failure = `row ${this.#known} has the unknown filter ${filter}`;
      else this.#known++;
    }
    return this.#known;
  }

  /** @throws AppError `image_invalid` */
  check(): void {
    this.knownRows();
    const failure = this.inflation.failure ?? this.#failure;
    if (failure !== null) throw refuse(this.#label, `is a broken PNG: ${failure}`);
  }
}
