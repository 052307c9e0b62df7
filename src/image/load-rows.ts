/** Loads the pixels of an image into the kernel's memory, in the way that suits its file. */
import { decodePixels } from './decode.ts';
import type { ImageHeader } from './image-header.ts';
import { inflateInto } from './inflate.ts';
import type { RowLayout } from './kernel/kernel.ts';
import { refuse } from './refusal.ts';
import type { NamedImage } from './refusal.ts';

export interface OpenedImage {
  image: NamedImage;
  header: ImageHeader;
}

export function layoutOf({ header }: OpenedImage, bytesPerPixel: 3 | 4): RowLayout {
  return { width: header.width, height: header.height, filtered: readByKernel(header, bytesPerPixel) };
}

function readByKernel(header: ImageHeader, bytesPerPixel: 3 | 4): boolean {
  return header.format === 'png' && header.png.kernelBytesPerPixel === bytesPerPixel;
}

/**
 * Fills a view of `Kernel.reserve`, whose layout {@link layoutOf} gave.
 *
 * @throws AppError `image_invalid`
 */
export async function loadRows(
  { image, header }: OpenedImage,
  target: Uint8Array<ArrayBuffer>,
  bytesPerPixel: 3 | 4,
  maxPixels: number,
): Promise<void> {
  if (header.format !== 'png' || !readByKernel(header, bytesPerPixel)) {
    target.set(await decodePixels(image, header, bytesPerPixel, maxPixels));
    return;
  }
  const broken = (why: string, cause?: unknown) => refuse(image.label, `is a broken PNG: ${why}`, cause);
  const written = await inflateInto(header.png.data, target).catch((error: Error) => {
    throw broken(error.message, error);
  });
  if (written !== target.length - 1) throw broken('it holds fewer pixels than its header says');
  const pitch = header.width * bytesPerPixel + 1;
  for (let at = 0; at < written; at += pitch) {
    if (target[at]! > 4) throw broken(`row ${at / pitch} has the unknown filter ${target[at]}`);
  }
}
