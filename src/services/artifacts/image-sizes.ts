import type { Principal } from '../../domain/people/access.ts';
import type { PictureSize } from '../../domain/comparison/comparison.ts';
import { AppError, rootCodeOf } from '../../base/errors.ts';
import type { Run } from '../../domain/model.ts';
import type { DerivedPictures } from '../../ports/derived-images.ts';
import type { Deps } from '../deps.ts';
import { originalPicture } from './derived-images.ts';

/** Sizes of a run's two pictures in pixels; null where there is none, or none that can be read. */
export interface PictureSizes {
  current: PictureSize | null;
  ref: PictureSize | null;
}

/** As the comparison or the capture measured them, else as the files say. */
export async function pictureSizes(
  deps: Deps,
  pictures: DerivedPictures,
  principal: Principal,
  run: Run,
): Promise<PictureSizes> {
  const of = async (side: 'current' | 'ref', compared: PictureSize | undefined) => {
    const { image, facts } = run[side];
    if (image === null) return null;
    if (compared !== undefined) return compared;
    if (facts !== null) return { width: facts.width, height: facts.height };
    return sizeInFile(pictures, originalPicture(deps, principal, run.buildId, image));
  };
  const { facts } = run.diff;
  const [current, ref] = await Promise.all([of('current', facts?.after), of('ref', facts?.before)]);
  return { current, ref };
}

async function sizeInFile(
  pictures: DerivedPictures,
  picture: ReturnType<typeof originalPicture>,
): Promise<PictureSize | null> {
  try {
    return await pictures.size(picture);
  } catch (error) {
    // Whoever looks at the picture itself is told what is wrong with it.
    const isPictures =
      error instanceof AppError &&
      (rootCodeOf(error.code) === 'unprocessable' || error.code === 'artifact_corrupt');
    if (isPictures) return null;
    throw error;
  }
}
