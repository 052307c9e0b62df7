/** Pictures of a report: base64 inside the page, or files beside it. */

import type { LocalTestResult, ReportComparison, ReportPicture } from '../../contract/files/local-report.ts';
import type { Region } from '../../domain/comparison/comparison.ts';
import type { PictureKind } from '../viewer/image-source.ts';
import { SlicedPicture } from '../viewer/sliced-image.ts';
import type { ViewerPictures } from '../viewer/view-model.ts';

const sources = new Map<string, SlicedPicture>();

/** The source of a picture; the same object for the same picture. */
export function pictureSource(picture: ReportPicture, kind: PictureKind): SlicedPicture {
  const key = `${picture.sha1sum}:${picture.embedded ?? picture.path}:${kind}`;
  const known = sources.get(key);
  if (known !== undefined) return known;
  const size = { width: picture.width, height: picture.height };
  const made = new SlicedPicture(key, size, kind, () => decode(picture));
  sources.set(key, made);
  return made;
}

async function decode(picture: ReportPicture): Promise<ImageBitmap> {
  if (picture.embedded !== undefined) return createImageBitmap(embeddedBlob(picture.embedded));
  const image = new Image();
  image.decoding = 'async';
  image.src = fileAddress(picture.path);
  await image.decode();
  return createImageBitmap(image);
}

function embeddedBlob(id: string): Blob {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the report has no picture ${id}`);
  const binary = atob((element.textContent ?? '').trim());
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return new Blob([bytes]);
}

/** A relative address of a file beside the report: every step escaped, never another scheme or host. */
export function fileAddress(path: string): string {
  return `./${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** What the viewer shows for a test; null when there is no picture at all. */
export function viewerPictures(test: LocalTestResult): ViewerPictures | null {
  const identical = test.before !== null && test.after !== null && test.before.sha1sum === test.after.sha1sum;
  const before = test.before === null || identical ? null : pictureSource(test.before, 'picture');
  const after = test.after === null ? null : pictureSource(test.after, 'picture');
  if (before === null && after === null) return null;
  const { comparison } = test;
  const showsForgiven = hasOnlyForgiven(test);
  const marks = showsForgiven ? test.forgivenMask : test.mask;
  const mask =
    marks === null || before === null ? null : pictureSource(marks, showsForgiven ? 'forgiven' : 'mask');
  return {
    key: `${test.name} ${before?.key} ${after?.key}`,
    before,
    after,
    mask,
    diff: null,
    regions: shownRegions(comparison),
    canvas: comparison?.canvas ?? {
      width: Math.max(test.before?.width ?? 0, test.after?.width ?? 0),
      height: Math.max(test.before?.height ?? 0, test.after?.height ?? 0),
    },
  };
}

/** Nothing but forgiven pixels differs: they are what there is to look at. */
export function hasOnlyForgiven({ comparison }: LocalTestResult): boolean {
  return comparison !== null && comparison.forgivenPixels > 0 && comparison.hidden !== null;
}

/** The regions that the viewer steps through. */
export function shownRegions(comparison: ReportComparison | null): readonly Region[] {
  if (comparison === null) return [];
  return comparison.hidden === null ? comparison.regions : comparison.forgivenRegions;
}
