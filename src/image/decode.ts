/** Everything but plain 8-bit PNGs, decoded by sharp; loaded only when such an image comes. */
import type { Sharp, SharpOptions } from 'sharp';
import { withoutAncillaryChunks } from './png-file.ts';
import type { ImageHeader } from './image-header.ts';
import { refuse } from './refusal.ts';
import type { NamedImage } from './refusal.ts';

/** An image that takes longer to decode is refused. */
const decodeTimeoutSeconds = 30;

/**
 * 8-bit sRGB pixels, row by row. Colour profiles and orientation tags are ignored, as for plain PNGs: what is compared
 * is what is stored. Of an animation, the first frame.
 *
 * @param bytesPerPixel 3: RGB, 4: RGBA
 * @throws AppError `image_invalid` when the pixels cannot be decoded
 */
export async function decodePixels(
  image: NamedImage,
  header: ImageHeader,
  bytesPerPixel: 3 | 4,
  maxPixels: number,
): Promise<Uint8Array> {
  const { data, info } = await decoding(image, header, async () => {
    const opened = (await open(image, header, maxPixels)).toColourspace('srgb');
    return (bytesPerPixel === 4 ? opened.ensureAlpha() : opened.removeAlpha())
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  });
  if (info.width !== header.width || info.height !== header.height || info.channels !== bytesPerPixel) {
    throw refuse(
      image.label,
      `is a broken ${header.format.toUpperCase()}: its header says ${header.width} × ${header.height}, its pixels are ${info.width} × ${info.height}`,
    );
  }
  return data;
}

/**
 * The same with 16 bits per channel, RGBA, as 16-bit numbers.
 *
 * @throws AppError `image_invalid`
 */
export async function decodeSixteenBits(
  image: NamedImage,
  header: ImageHeader,
  maxPixels: number,
): Promise<Uint16Array> {
  const data = await decoding(image, header, async () =>
    (await open(image, header, maxPixels))
      .toColourspace('rgb16')
      .ensureAlpha()
      .raw({ depth: 'ushort' })
      .toBuffer(),
  );
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
}

async function open(image: NamedImage, header: ImageHeader, maxPixels: number): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Images come one by one and never again.
  sharp.cache(false);
  const options: SharpOptions = { limitInputPixels: maxPixels, failOn: 'warning', ignoreIcc: true, pages: 1 };
  const bytes = header.format === 'png' ? withoutAncillaryChunks(header.png) : image.bytes;
  return sharp(bytes, options).timeout({ seconds: decodeTimeoutSeconds });
}

/** The decoder's own words are for its developers; they stay in the error's cause. */
async function decoding<T>(image: NamedImage, header: ImageHeader, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isSlow = cause instanceof Error && /timeout/i.test(cause.message);
    const why = isSlow
      ? `takes longer than ${decodeTimeoutSeconds} s to decode`
      : `is a broken ${header.format.toUpperCase()}: its pixels are damaged or cut off. Save or capture it again`;
    throw refuse(image.label, why, cause);
  }
}
