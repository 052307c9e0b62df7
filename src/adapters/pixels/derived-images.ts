import { availableParallelism } from 'node:os';
import type { Sharp } from 'sharp';
import type { PictureSize } from '../../domain/comparison/comparison.ts';
import { AppError } from '../../base/errors.ts';
import { readPictureSize } from '../../image/image-header.ts';
import {
  overviewSide,
  stripCount,
  stripRows,
  thumbnailPart,
  thumbnailSize,
} from '../../domain/artifacts/image-pieces.ts';
import type { DerivedPicture, DerivedPictures, OriginalPicture } from '../../ports/derived-images.ts';
import { openDerivedCache } from './derived-cache.ts';
import { SharedWork } from './shared-work.ts';

export interface DerivedPicturesOptions {
  /** Keeps what was made; may be emptied at any time. */
  folder: string;
  /** Oldest files go when the folder grows beyond this; default 1 GiB. */
  maxCacheBytes?: number;
  /** Pictures decoded at a time, one thread each; default: half the cores, so that whoever asks for thousands leaves room. */
  concurrency?: number;
  /** Pictures that may wait for their turn; default 10,000. */
  maxWaiting?: number;
  /** Largest picture, in pixels; default 134,217,728 (512 MiB decoded). */
  maxPixels?: number;
}

/** A picture that takes longer is given up. */
const decodeTimeoutSeconds = 30;
const rememberedSizes = 10_000;

/** Every picture comes once, so nothing is cached; the threads are counted in whole pictures. */
async function loadSharp() {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** Derives pictures with sharp, which is loaded with the first of them, and keeps them as files. */
export async function createDerivedPictures(options: DerivedPicturesOptions): Promise<DerivedPictures> {
  const { folder, maxCacheBytes = 2 ** 30, maxPixels = 2 ** 27, maxWaiting = 10_000 } = options;
  const { concurrency = Math.max(1, Math.floor(availableParallelism() / 2)) } = options;
  const cache = await openDerivedCache(folder, maxCacheBytes);
  const making = new SharedWork({ concurrency, maxWaiting });

  /**
   * From the cache, else made; calls for the same at once share one making.
   *
   * @param maker names the making; one that makes several pictures has a name of its own
   */
  async function cached(
    name: string,
    contentType: DerivedPicture['contentType'],
    maker: string,
    make: () => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<DerivedPicture> {
    for (;;) {
      const known = await cache.read(name);
      if (known !== null) return { bytes: known, contentType };
      const isOwn = !making.has(maker);
      try {
        await making.run(maker, make, signal);
      } catch (error) {
        // What was wrong with another picture of the same making may not be wrong with this one.
        if (isOwn || maker === name || signal?.aborted === true) throw error;
        continue;
      }
      if (!isOwn) continue;
      const bytes = await cache.read(name);
      if (bytes === null) throw new AppError('internal', `The derived picture ${name} vanished.`);
      return { bytes, contentType };
    }
  }

  async function open(picture: OriginalPicture): Promise<{ bytes: Uint8Array; size: PictureSize }> {
    const bytes = await picture.read();
    return { bytes, size: readPictureSize(bytes, `picture ${picture.sha1}`, maxPixels) };
  }

  async function decode(bytes: Uint8Array): Promise<Sharp> {
    const sharp = await loadSharp();
    return sharp(bytes, { limitInputPixels: maxPixels, pages: 1 }).timeout({ seconds: decodeTimeoutSeconds });
  }

  const sizes = new Map<string, PictureSize>();

  return {
    async size(picture) {
      const known = sizes.get(picture.sha1);
      if (known !== undefined) return known;
      const size = readPictureSize(await picture.read(), `picture ${picture.sha1}`, Infinity);
      if (sizes.size >= rememberedSizes) sizes.clear();
      sizes.set(picture.sha1, size);
      return size;
    },
    async thumbnail(picture, around, signal) {
      const place =
        around === null ? 'top' : [around.left, around.top, around.width, around.height].join('-');
      const name = `${picture.sha1}-thumbnail-${place}.webp`;
      const make = async () => {
        const { bytes, size } = await open(picture);
        const thumbnail = await refused(picture, async () =>
          (await decode(bytes))
            .extract(thumbnailPart(size, around))
            .resize({ ...thumbnailSize, fit: 'cover', position: 'top' })
            .webp({ quality: 80, effort: 2 })
            .toBuffer(),
        );
        await cache.write(name, thumbnail);
      };
      return cached(name, 'image/webp', name, make, signal);
    },
    async overview(picture, signal) {
      const name = `${picture.sha1}-overview.webp`;
      const make = async () => {
        const { bytes } = await open(picture);
        const overview = await refused(picture, async () =>
          (await decode(bytes))
            .resize({ width: overviewSide, height: overviewSide, fit: 'inside', withoutEnlargement: true })
            .webp({ quality: 85, effort: 2 })
            .toBuffer(),
        );
        await cache.write(name, overview);
      };
      return cached(name, 'image/webp', name, make, signal);
    },
    async strip(picture, index, signal) {
      const nameOf = (strip: number) => `${picture.sha1}-strip-${strip}.png`;
      const make = async () => {
        const { bytes, size } = await open(picture);
        if (!Number.isInteger(index) || index < 0 || index >= stripCount(size)) {
          throw new AppError(
            'not_found',
            `The picture ${picture.sha1} has ${stripCount(size)} strips, counted from 0; there is no strip ${index}.`,
          );
        }
        await refused(picture, async () =>
          writeStrips(await decode(bytes), size, (strip, png) => cache.write(nameOf(strip), png)),
        );
      };
      return cached(nameOf(index), 'image/png', `${picture.sha1}-strips`, make, signal);
    },
  };
}

/** Decodes once, encodes every strip. */
async function writeStrips(
  picture: Sharp,
  size: PictureSize,
  write: (index: number, png: Buffer) => Promise<void>,
): Promise<void> {
  const sharp = await loadSharp();
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const rowBytes = info.width * info.channels;
  const rows = stripCount(size) === 1 ? info.height : stripRows;
  for (let index = 0; index * rows < info.height; index++) {
    const height = Math.min(rows, info.height - index * rows);
    const pixels = data.subarray(index * rows * rowBytes, (index * rows + height) * rowBytes);
    const raw = { width: info.width, height, channels: info.channels };
    await write(index, await sharp(pixels, { raw }).png({ compressionLevel: 3 }).toBuffer());
  }
}

/** @throws AppError `image_invalid` for what the decoder refuses */
async function refused<T>(picture: OriginalPicture, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('image_invalid', `The picture ${picture.sha1} is broken: it cannot be decoded.`, {
      cause: error,
    });
  }
}
