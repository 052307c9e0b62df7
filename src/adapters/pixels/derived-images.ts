import { availableParallelism } from 'node:os';
import type { Sharp } from 'sharp';
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { AppError } from '../../base/errors.ts';
import { readImageSize } from '../../image/image-header.ts';
import {
  overviewSide,
  stripCount,
  stripRows,
  thumbnailOutline,
  thumbnailPart,
  thumbnailSize,
  type ImageBox,
} from '../../domain/artifacts/image-pieces.ts';
import type { DerivedImage, DerivedImages, OriginalImage } from '../../ports/derived-images.ts';
import { openDerivedCache } from './derived-cache.ts';
import { SharedWork } from './shared-work.ts';

export interface DerivedImagesOptions {
  /** Cache of derived images; may be emptied at any time. */
  folder: string;
  /** The oldest files are deleted when the folder grows beyond this; default 1 GiB. */
  maxCacheBytes?: number;
  /** Images decoded concurrently, one thread each; default: half the cores, so that thousands of requests leave room. */
  concurrency?: number;
  /** Images that may wait; further ones are refused; default 10,000. */
  maxWaiting?: number;
  /** Largest image, in pixels; default 134,217,728 (512 MiB decoded). */
  maxPixels?: number;
}

/** An image that takes longer is abandoned. */
const decodeTimeoutSeconds = 30;
const rememberedSizes = 10_000;

/** Every image comes once, so nothing is cached; parallelism is per image. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** Derives images with sharp, which is loaded on first use, and keeps them as files. */
export async function createDerivedImages(options: DerivedImagesOptions): Promise<DerivedImages> {
  const { folder, maxCacheBytes = 2 ** 30, maxPixels = 2 ** 27, maxWaiting = 10_000 } = options;
  const { concurrency = Math.max(1, Math.floor(availableParallelism() / 2)) } = options;
  const cache = await openDerivedCache(folder, maxCacheBytes);
  const making = new SharedWork({ concurrency, maxWaiting });

  /**
   * From the cache, else made; concurrent calls for the same image share the work.
   *
   * @param maker names the work; if it makes several images, its name differs from theirs
   */
  async function cached(
    name: string,
    contentType: DerivedImage['contentType'],
    maker: string,
    make: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<DerivedImage> {
    for (;;) {
      const known = await cache.read(name);
      if (known !== null) return { bytes: known, contentType };
      const isOwn = !making.has(maker);
      try {
        await making.run(maker, make, signal);
      } catch (error) {
        // An error with another image of the same work may not affect this one.
        if (isOwn || maker === name || signal?.aborted === true) throw error;
        continue;
      }
      if (!isOwn) continue;
      const bytes = await cache.read(name);
      if (bytes === null) throw new AppError('internal', `The derived image ${name} vanished.`);
      return { bytes, contentType };
    }
  }

  async function open(image: OriginalImage): Promise<{ bytes: Uint8Array; size: ImageSize }> {
    const bytes = await image.read();
    return { bytes, size: readImageSize(bytes, `image ${image.sha1}`, maxPixels) };
  }

  async function decode(bytes: Uint8Array): Promise<Sharp> {
    const sharp = await loadSharp();
    return sharp(bytes, { limitInputPixels: maxPixels, pages: 1 }).timeout({ seconds: decodeTimeoutSeconds });
  }

  const sizes = new Map<string, ImageSize>();

  return {
    async size(image) {
      const known = sizes.get(image.sha1);
      if (known !== undefined) return known;
      const size = readImageSize(await image.read(), `image ${image.sha1}`, Infinity);
      if (sizes.size >= rememberedSizes) sizes.clear();
      sizes.set(image.sha1, size);
      return size;
    },
    async thumbnail(image, around, signal) {
      const place =
        around === null ? 'top' : [around.left, around.top, around.width, around.height].join('-');
      const name = `${image.sha1}-marked-${place}.webp`;
      const make = async () => {
        const { bytes, size } = await open(image);
        const part = thumbnailPart(size, around);
        const marks = around === null ? [] : [{ input: outlineSvg(thumbnailOutline(part, around)) }];
        const thumbnail = await refused(image, async () =>
          (await decode(bytes))
            .extract(part)
            .resize({ ...thumbnailSize, fit: 'cover', position: 'top' })
            .composite(marks)
            .webp({ quality: 80, effort: 2 })
            .toBuffer(),
        );
        await cache.write(name, thumbnail);
      };
      return cached(name, 'image/webp', name, make, signal);
    },
    async overview(image, signal) {
      const name = `${image.sha1}-overview.webp`;
      const make = async () => {
        const { bytes } = await open(image);
        const overview = await refused(image, async () =>
          (await decode(bytes))
            .resize({ width: overviewSide, height: overviewSide, fit: 'inside', withoutEnlargement: true })
            .webp({ quality: 85, effort: 2 })
            .toBuffer(),
        );
        await cache.write(name, overview);
      };
      return cached(name, 'image/webp', name, make, signal);
    },
    async strip(image, index, signal) {
      const nameOf = (strip: number) => `${image.sha1}-strip-${strip}.png`;
      const make = async () => {
        const { bytes, size } = await open(image);
        if (!Number.isInteger(index) || index < 0 || index >= stripCount(size)) {
          throw new AppError(
            'not_found',
            `The image ${image.sha1} has ${stripCount(size)} strips, counted from 0; there is no strip ${index}.`,
          );
        }
        await refused(image, async () =>
          writeStrips(await decode(bytes), size, (strip, png) => cache.write(nameOf(strip), png)),
        );
      };
      return cached(nameOf(index), 'image/png', `${image.sha1}-strips`, make, signal);
    },
  };
}

/** The outline of what changed: dark and white lines, one of which is seen on any image, around a colored one. */
function outlineSvg({ left, top, width, height }: ImageBox): Buffer {
  const lines = [
    ['#16191d', 9],
    ['#ffffff', 7],
    ['#ff2d9b', 4],
  ].map(
    ([colour, thickness]) =>
      `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="none" stroke="${colour}" stroke-width="${thickness}"/>`,
  );
  const size = `width="${thumbnailSize.width}" height="${thumbnailSize.height}"`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${lines.join('')}</svg>`);
}

/** Decodes once, encodes every strip. */
async function writeStrips(
  image: Sharp,
  size: ImageSize,
  write: (index: number, png: Buffer) => Promise<void>,
): Promise<void> {
  const sharp = await loadSharp();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  const rowBytes = info.width * info.channels;
  const rows = stripCount(size) === 1 ? info.height : stripRows;
  for (let index = 0; index * rows < info.height; index++) {
    const height = Math.min(rows, info.height - index * rows);
    const pixels = data.subarray(index * rows * rowBytes, (index * rows + height) * rowBytes);
    const raw = { width: info.width, height, channels: info.channels };
    await write(index, await sharp(pixels, { raw }).png({ compressionLevel: 3 }).toBuffer());
  }
}

/** @throws AppError `image_invalid` when the decoder refuses the image */
async function refused<T>(image: OriginalImage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('image_invalid', `The image ${image.sha1} is broken: it cannot be decoded.`, {
      cause: error,
    });
  }
}
