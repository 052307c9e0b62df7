import sharp, { type Sharp } from 'sharp';
import type { PictureSize } from '../../domain/comparison.ts';
import { AppError } from '../../domain/errors.ts';
import { readPictureSize } from '../../image/picture-header.ts';
import {
  overviewSide,
  stripRows,
  thumbnailSize,
  wholeRows,
  type DerivedPicture,
  type DerivedPictures,
  type OriginalPicture,
  type PictureBox,
} from '../../ports/derived-pictures.ts';
import { openDerivedCache } from './derived-cache.ts';

export interface DerivedPicturesOptions {
  /** Keeps what was made; may be emptied at any time. */
  folder: string;
  /** Oldest files go when the folder grows beyond this; default 1 GiB. */
  maxCacheBytes?: number;
  /** Pictures decoded at a time; default 2. */
  concurrency?: number;
  /** Largest picture, in pixels; default 134,217,728 (512 MiB decoded). */
  maxPixels?: number;
}

/** Least width of what a thumbnail shows, in pixels of the picture, so that a small change keeps its surroundings. */
const leastThumbnailWidth = 480;
/** How much larger than the box the shown part is. */
const thumbnailMargin = 1.4;

/** Derives pictures with sharp and keeps them as files. */
export async function createDerivedPictures(options: DerivedPicturesOptions): Promise<DerivedPictures> {
  const { folder, maxCacheBytes = 2 ** 30, concurrency = 2, maxPixels = 2 ** 27 } = options;
  const cache = await openDerivedCache(folder, maxCacheBytes);
  const inTurn = turns(concurrency);
  const making = new Map<string, Promise<void>>();

  /** From the cache, else made; calls for the same at once share one making. */
  async function cached(
    name: string,
    contentType: DerivedPicture['contentType'],
    maker: string,
    make: () => Promise<void>,
  ): Promise<DerivedPicture> {
    for (;;) {
      const known = await cache.read(name);
      if (known !== null) return { bytes: known, contentType };
      const shared = making.get(maker);
      if (shared === undefined) break;
      await shared.catch(() => undefined);
    }
    const work = inTurn(make).finally(() => making.delete(maker));
    making.set(maker, work);
    await work;
    const bytes = await cache.read(name);
    if (bytes === null) throw new AppError('internal', `The derived picture ${name} vanished.`);
    return { bytes, contentType };
  }

  async function open(picture: OriginalPicture): Promise<{ bytes: Uint8Array; size: PictureSize }> {
    const bytes = await picture.read();
    return { bytes, size: readPictureSize(bytes, `picture ${picture.sha1}`, maxPixels) };
  }

  const decode = (bytes: Uint8Array) => sharp(bytes, { limitInputPixels: maxPixels, pages: 1 });

  return {
    async thumbnail(picture, around) {
      const place =
        around === null ? 'top' : [around.left, around.top, around.width, around.height].join('-');
      const name = `${picture.sha1}-thumbnail-${place}.webp`;
      return cached(name, 'image/webp', name, async () => {
        const { bytes, size } = await open(picture);
        const thumbnail = await refused(picture, () =>
          decode(bytes)
            .extract(thumbnailPart(size, around))
            .resize({ ...thumbnailSize, fit: 'cover', position: 'top' })
            .webp({ quality: 80, effort: 2 })
            .toBuffer(),
        );
        await cache.write(name, thumbnail);
      });
    },
    async overview(picture) {
      const name = `${picture.sha1}-overview.webp`;
      return cached(name, 'image/webp', name, async () => {
        const { bytes } = await open(picture);
        const overview = await refused(picture, () =>
          decode(bytes)
            .resize({ width: overviewSide, height: overviewSide, fit: 'inside', withoutEnlargement: true })
            .webp({ quality: 85, effort: 2 })
            .toBuffer(),
        );
        await cache.write(name, overview);
      });
    },
    async strip(picture, index) {
      const nameOf = (strip: number) => `${picture.sha1}-strip-${strip}.png`;
      return cached(nameOf(index), 'image/png', `${picture.sha1}-strips`, async () => {
        const { bytes, size } = await open(picture);
        if (!Number.isInteger(index) || index < 0 || index >= stripCount(size)) {
          throw new AppError(
            'not_found',
            `The picture ${picture.sha1} has ${stripCount(size)} strips, counted from 0; there is no strip ${index}.`,
          );
        }
        await refused(picture, () =>
          writeStrips(decode(bytes), size, (strip, png) => cache.write(nameOf(strip), png)),
        );
      });
    },
  };
}

/** Decodes once, encodes every strip. */
async function writeStrips(
  picture: Sharp,
  size: PictureSize,
  write: (index: number, png: Buffer) => Promise<void>,
): Promise<void> {
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

export function stripCount({ height }: PictureSize): number {
  return height <= wholeRows ? 1 : Math.ceil(height / stripRows);
}

/** The part of a picture that its thumbnail shows: in the thumbnail's proportions as far as the picture has room. */
export function thumbnailPart(size: PictureSize, around: PictureBox | null): PictureBox {
  const ratio = thumbnailSize.width / thumbnailSize.height;
  const wanted =
    around === null
      ? size.width
      : Math.max(
          leastThumbnailWidth,
          around.width * thumbnailMargin,
          around.height * ratio * thumbnailMargin,
        );
  const width = Math.min(size.width, Math.round(wanted));
  const height = Math.max(1, Math.min(size.height, Math.round(width / ratio)));
  if (around === null) return { left: 0, top: 0, width, height };
  const within = (middle: number, length: number, whole: number) =>
    Math.round(Math.max(0, Math.min(whole - length, middle - length / 2)));
  return {
    left: within(around.left + around.width / 2, width, size.width),
    top: within(around.top + around.height / 2, height, size.height),
    width,
    height,
  };
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

/** Lets at most `count` works run at a time, in the order of their calls. */
function turns(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
