/** What the viewer shows of a run. Pure except for the bitmaps that the sources load. */

import type { Alignment } from '../../../domain/comparison/alignment.ts';
import type { ImageSize, Region } from '../../../domain/comparison/comparison.ts';
import { tellingPart } from '../../../domain/comparison/telling-part.ts';
import { thumbnailPart } from '../../../domain/artifacts/image-pieces.ts';
import type { ImageKind, ImageSource } from '../../viewer/image-source.ts';
import { viewerAlignment } from '../../viewer/scene.ts';
import type { ViewerImages } from '../../viewer/view-model.ts';
import type { Answer } from '../api/api.ts';
import type { Run } from '../api/shapes.ts';
import { loadBitmap } from './load-bitmap.ts';
import { thumbnailAddress } from './image-addresses.ts';
import { ServerImage } from './server-image.ts';

/** The stored images of a run; null where there is none. */
export interface RunImages {
  before: string | null;
  after: string | null;
  /** A mask of changed pixels, or a third-party worker's own diff image. */
  diff: string | null;
  /** A mask of the forgiven pixels, if no changed pixel counts. */
  forgiven: string | null;
  /** A mask of the pixels that changed apart from moving, like the after image. */
  aligned: string | null;
}

/** The images to show: two that are the same file become one. */
export function imagesOf({ current, ref, diff }: Run): RunImages {
  const isIdentical = current.image !== null && current.image === ref.image;
  return {
    before: isIdentical ? null : ref.image,
    after: current.image,
    diff: diff.image,
    forgiven: diff.image === null ? diff.forgivenMask : null,
    aligned: diff.alignedMask,
  };
}

/** The boxes to show: of changed pixels, or of forgiven ones if no changed pixel counts. */
export function regionsOf({ diff: { image, facts: details } }: Run): {
  regions: readonly Region[];
  /** Before merging to fit the list. */
  count: number;
  areForgiven: boolean;
} {
  const areForgiven = image === null && (details?.forgivenPixels ?? 0) > 0;
  const regions = (areForgiven ? details?.forgivenRegions : details?.regions) ?? [];
  const count = areForgiven ? details?.forgivenRegionCount : details?.regionCount;
  return { regions, count: count ?? regions.length, areForgiven };
}

/** What moved, if the images were aligned. */
export function alignmentOf({ diff }: Run): Alignment | undefined {
  // As answers leave out what is absent, no key of it is undefined.
  return diff.facts?.alignment as Alignment | undefined;
}

/** Whether the diff image is our kind of mask: its worker reported measurements. */
function hasMask({ diff }: Run): boolean {
  return diff.image !== null && diff.facts?.metric !== undefined;
}

/** @returns null without any image whose size is known */
export function runImages({
  run,
  sizes,
  changes,
}: Pick<Answer<'runDetail'>, 'run' | 'sizes' | 'changes'>): ViewerImages | null {
  const { buildId } = run;
  const { facts: details } = run.diff;
  const images = imagesOf(run);
  const { regions } = regionsOf(run);
  const before = imageOf(buildId, images.before, sizes.ref);
  const plainAfter = imageOf(buildId, images.after, sizes.current);
  const after = plainAfter === null ? null : withPreview(run, plainAfter, regions);
  if (before === null && after === null) return null;
  const canvas = details?.canvas ?? {
    width: Math.max(before?.size.width ?? 0, after?.size.width ?? 0),
    height: Math.max(before?.size.height ?? 0, after?.size.height ?? 0),
  };
  const isMask = hasMask(run);
  const areBoth = before !== null && after !== null;
  const diff = areBoth ? images.diff : null;
  const forgiven = areBoth ? images.forgiven : null;
  return {
    key: `${run.id} ${before?.key ?? ''} ${after?.key ?? ''} ${images.diff ?? images.forgiven ?? ''}`,
    before,
    after,
    mask:
      forgiven !== null
        ? new ServerImage({ buildId, sha1: forgiven }, canvas, 'forgiven')
        : diff !== null && isMask
          ? new ServerImage({ buildId, sha1: diff }, canvas, 'mask')
          : null,
    diff: diff === null || isMask ? null : imageOf(buildId, diff, canvas),
    regions,
    canvas,
    aligned:
      after === null || diff === null
        ? null
        : viewerAlignment(
            alignmentOf(run),
            imageOf(buildId, images.aligned, after.size, 'mask'),
            new Set(
              changes.filter(({ verdict }) => verdict !== 'none').map(({ fingerprint }) => fingerprint),
            ),
          ),
  };
}

function imageOf(
  buildId: number,
  sha1: string | null,
  size: ImageSize | null,
  kind: ImageKind = 'image',
): ServerImage | null {
  return sha1 === null || size === null ? null : new ServerImage({ buildId, sha1 }, size, kind);
}

/** The thumbnail is already loaded for the list, so it serves as a preview. */
function withPreview(run: Run, image: ServerImage, regions: readonly Region[]): ImageSource {
  const alignment = regionsOf(run).areForgiven ? null : alignmentOf(run);
  const telling = tellingPart({ regions, alignment }, 'after');
  const address = thumbnailAddress(run.buildId, run.id, run.factsVersion);
  return new ServerImage({ buildId: run.buildId, sha1: run.current.image! }, image.size, 'image', {
    box: thumbnailPart(image.size, telling),
    load: (load) => loadBitmap(address, load),
  });
}
