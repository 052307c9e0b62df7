import type { Principal } from '../../domain/people/access.ts';
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { AppError, rootCodeOf } from '../../base/errors.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { DerivedImages } from '../../ports/derived-images.ts';
import type { Deps } from '../deps.ts';
import { originalImage } from './derived-images.ts';

/** Sizes of a run's two images in pixels; null if missing or unreadable. */
export interface ImageSizes {
  current: ImageSize | null;
  ref: ImageSize | null;
}

/** From the comparison or the capture, else from the file headers. */
export async function imageSizes(
  deps: Deps,
  images: DerivedImages,
  principal: Principal,
  run: Run,
): Promise<ImageSizes> {
  const of = async (side: 'current' | 'ref', compared: ImageSize | undefined) => {
    const { image, details } = run[side];
    if (image === null) return null;
    if (compared !== undefined) return compared;
    if (details !== null) return { width: details.width, height: details.height };
    return sizeInFile(images, originalImage(deps, principal, run.buildId, image));
  };
  const { details } = run.diff;
  const [current, ref] = await Promise.all([of('current', details?.after), of('ref', details?.before)]);
  return { current, ref };
}

async function sizeInFile(
  images: DerivedImages,
  image: ReturnType<typeof originalImage>,
): Promise<ImageSize | null> {
  try {
    return await images.size(image);
  } catch (error) {
    // Requesting the image itself reports what is wrong with it.
    const isImages =
      error instanceof AppError &&
      (rootCodeOf(error.code) === 'unprocessable' || error.code === 'artifact_corrupt');
    if (isImages) return null;
    throw error;
  }
}
