/** What two images differ in although no comparison looks at it, one sentence each. */
import { decodeSixteenBits } from './decode.ts';
import type { ImageHeader } from './image-header.ts';
import type { NamedImage } from './refusal.ts';
import { readTraits } from './traits.ts';

interface Input {
  image: NamedImage;
  header: ImageHeader;
}

export async function findIgnored(before: Input, after: Input, maxPixels: number): Promise<string[]> {
  const [a, b] = [readTraits(before.image.bytes), readTraits(after.image.bytes)];
  const sentences: string[] = [];
  if (a.orientation !== b.orientation) {
    sentences.push(
      `The EXIF orientation differs (${a.orientation} before, ${b.orientation} after); pixels are compared as they are stored.`,
    );
  }
  if (a.profile !== b.profile) {
    sentences.push(
      'The colour profiles differ; colours are compared as they are stored, so the same numbers may look different.',
    );
  }
  if (a.gamma !== b.gamma) {
    sentences.push('The gamma differs; colours are compared as they are stored.');
  }
  if (a.laterFrames !== b.laterFrames) {
    sentences.push('The frames after the first one differ; only the first one is compared.');
  }
  if (await differInLowBytes(before, after, maxPixels)) {
    sentences.push('The lower 8 of 16 bits differ; only the upper 8 bits of each channel are compared.');
  }
  return sentences;
}

/** Whether the low bytes differ where the high bytes, which are compared, do not. */
async function differInLowBytes(before: Input, after: Input, maxPixels: number): Promise<boolean> {
  if (!isDeep(before.header) || !isDeep(after.header)) return false;
  const { width, height } = before.header;
  if (width !== after.header.width || height !== after.header.height) return false;
  const [a, b] = await Promise.all(
    [before, after].map(({ image, header }) => decodeSixteenBits(image, header, maxPixels)),
  );
  return a!.some((value, index) => value !== b![index] && value >> 8 === b![index]! >> 8);
}

function isDeep(header: ImageHeader): boolean {
  return header.format === 'png' && header.png.bitDepth === 16;
}
