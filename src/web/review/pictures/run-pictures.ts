/** What the viewer shows of a run. Pure but for the bitmaps that the sources load. */

import type { PictureSize, Region } from '../../../domain/comparison.ts';
import { thumbnailPart } from '../../../domain/picture-pieces.ts';
import type { PictureSource } from '../../viewer/picture-source.ts';
import type { ViewerPictures } from '../../viewer/view-model.ts';
import type { Run } from '../api/shapes.ts';
import { loadBitmap } from './load-bitmap.ts';
import { thumbnailAddress } from './picture-addresses.ts';
import { ServerPicture } from './server-picture.ts';

/** The stored pictures of a run; null where there is none. */
export interface RunImages {
  before: string | null;
  after: string | null;
  /** A mask of changed pixels, or a foreign worker's own picture of the difference. */
  diff: string | null;
}

/** Which pictures are worth showing: two that are the same file are one. */
export function imagesOf({ current, ref, diff }: Run): RunImages {
  const isIdentical = current.image !== null && current.image === ref.image;
  return {
    before: isIdentical ? null : ref.image,
    after: current.image,
    diff: diff.image,
  };
}

/** Whether the diff image is our kind of mask: whoever made it said what it measured. */
export function hasMask({ diff }: Run): boolean {
  return diff.image !== null && diff.facts?.maskKey !== undefined;
}

/** Digests whose size must be found out before the pictures can be shown. */
export function unknownSizes(run: Run): string[] {
  const { before, after, diff } = imagesOf(run);
  const facts = run.diff.facts;
  const wanted = [
    facts?.before === undefined ? before : null,
    facts?.after === undefined ? after : null,
    hasMask(run) && facts?.canvas !== undefined ? null : diff,
  ];
  return [...new Set(wanted.filter((sha1) => sha1 !== null))];
}

/**
 * @param sizes of what {@link unknownSizes} names, by digest; what is absent is left out
 * @returns null without any picture
 */
export function runPictures(run: Run, sizes: ReadonlyMap<string, PictureSize>): ViewerPictures | null {
  const { buildId } = run;
  const { facts } = run.diff;
  const images = imagesOf(run);
  const regions: readonly Region[] = facts?.regions ?? [];
  const picture = (sha1: string | null, known: PictureSize | undefined): ServerPicture | null => {
    const size = sha1 === null ? undefined : (known ?? sizes.get(sha1));
    return sha1 === null || size === undefined ? null : new ServerPicture({ buildId, sha1 }, size, 'picture');
  };
  const before = picture(images.before, facts?.before);
  const plainAfter = picture(images.after, facts?.after);
  const after = plainAfter === null ? null : withPreview(run, plainAfter, regions);
  if (before === null && after === null) return null;
  const canvas = facts?.canvas ?? {
    width: Math.max(before?.size.width ?? 0, after?.size.width ?? 0),
    height: Math.max(before?.size.height ?? 0, after?.size.height ?? 0),
  };
  const isMask = hasMask(run);
  const ofDiff = { buildId, sha1: images.diff ?? '' };
  const hasBoth = before !== null && after !== null && images.diff !== null;
  return {
    key: `${run.id} ${before?.key ?? ''} ${after?.key ?? ''} ${images.diff ?? ''}`,
    before,
    after,
    mask: hasBoth && isMask ? new ServerPicture(ofDiff, canvas, 'mask') : null,
    diff: hasBoth && !isMask ? picture(images.diff, undefined) : null,
    regions,
    canvas,
  };
}

/** The thumbnail is in the browser already, because the list shows it: it stands where it belongs until there is better. */
function withPreview(run: Run, picture: ServerPicture, regions: readonly Region[]): PictureSource {
  const biggest = regions.reduce<Region | null>(
    (best, region) => (best === null || region.changedPixels > best.changedPixels ? region : best),
    null,
  );
  const address = thumbnailAddress(run.buildId, run.id, run.factsVersion);
  return new ServerPicture({ buildId: run.buildId, sha1: run.current.image! }, picture.size, 'picture', {
    box: thumbnailPart(picture.size, biggest),
    load: (load) => loadBitmap(address, load),
  });
}
