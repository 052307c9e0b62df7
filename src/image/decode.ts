/** Everything but plain 8-bit PNGs, decoded by sharp; loaded only when such a picture comes. */
import type { SharpOptions } from 'sharp';
import { withoutAncillaryChunks } from './png-file.ts';
import type { PictureHeader } from './picture-header.ts';
import { refuse } from './refusal.ts';
import type { NamedPicture } from './refusal.ts';

/** A picture that takes longer to decode is refused. */
const decodeTimeoutSeconds = 30;

/**
 * 8-bit sRGB pixels, row by row. Colour profiles and orientation tags are ignored, as for plain PNGs: what is compared
 * is what is stored. Of an animation, the first frame.
 *
 * @param bytesPerPixel 3: RGB, 4: RGBA
 * @throws AppError `image_invalid` when the pixels cannot be decoded
 */
export async function decodePixels(
  picture: NamedPicture,
  header: PictureHeader,
  bytesPerPixel: 3 | 4,
  maxPixels: number,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  // Pictures come one by one and never again.
  sharp.cache(false);
  const options: SharpOptions = { limitInputPixels: maxPixels, failOn: 'warning', ignoreIcc: true, pages: 1 };
  const bytes = header.format === 'png' ? withoutAncillaryChunks(header.png) : picture.bytes;
  try {
    const image = sharp(bytes, options).timeout({ seconds: decodeTimeoutSeconds }).toColourspace('srgb');
    const { data, info } = await (bytesPerPixel === 4 ? image.ensureAlpha() : image.removeAlpha())
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.width !== header.width || info.height !== header.height || info.channels !== bytesPerPixel) {
      throw new Error(`decoded to ${info.width} × ${info.height} with ${info.channels} channels`);
    }
    return data;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw refuse(
      picture.label,
      `is a broken ${header.format.toUpperCase()}: ${reason.replace(/[.\s]+$/, '')}`,
      cause,
    );
  }
}
