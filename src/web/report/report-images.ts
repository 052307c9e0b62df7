/** Images of a report: base64 in the page, or files next to it. */

import type { LocalTestResult, ReportComparison, ReportImage } from '../../contract/files/local-report.ts';
import type { Region } from '../../domain/comparison/comparison.ts';
import type { ImageKind } from '../viewer/image-source.ts';
import { SlicedImage } from '../viewer/sliced-image.ts';
import { viewerAlignment } from '../viewer/scene.ts';
import type { ViewerImages } from '../viewer/view-model.ts';

const sources = new Map<string, SlicedImage>();

/** The source of an image; the same object for the same image. */
export function imageSource(image: ReportImage, kind: ImageKind): SlicedImage {
  const key = `${image.sha1sum}:${image.embedded ?? image.path}:${kind}`;
  const known = sources.get(key);
  if (known !== undefined) return known;
  const size = { width: image.width, height: image.height };
  const made = new SlicedImage(key, size, kind, () => decode(image));
  sources.set(key, made);
  return made;
}

async function decode(image: ReportImage): Promise<ImageBitmap> {
  if (image.embedded !== undefined) return createImageBitmap(embeddedBlob(image.embedded));
  const element = new Image();
  element.decoding = 'async';
  element.src = fileAddress(image.path);
  await element.decode();
  return createImageBitmap(element);
}

function embeddedBlob(id: string): Blob {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the report has no image ${id}`);
  const binary = atob((element.textContent ?? '').trim());
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return new Blob([bytes]);
}

/** The address of a whole image, for an `<img>`. */
export function imageAddress(image: ReportImage): string {
  return image.embedded === undefined
    ? fileAddress(image.path)
    : URL.createObjectURL(embeddedBlob(image.embedded));
}

/** A relative address of a file next to the report: every segment escaped, never another scheme or host. */
export function fileAddress(path: string): string {
  return `./${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** What the viewer shows for a test; null without any image. */
export function viewerImages(test: LocalTestResult): ViewerImages | null {
  const identical = test.before !== null && test.after !== null && test.before.sha1sum === test.after.sha1sum;
  const before = test.before === null || identical ? null : imageSource(test.before, 'image');
  const after = test.after === null ? null : imageSource(test.after, 'image');
  if (before === null && after === null) return null;
  const { comparison } = test;
  const showsForgiven = hasOnlyForgiven(test);
  const marks = showsForgiven ? test.forgivenMask : test.mask;
  const mask =
    marks === null || before === null ? null : imageSource(marks, showsForgiven ? 'forgiven' : 'mask');
  const { alignedMask = null } = test;
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
    aligned:
      before === null || after === null || comparison === null || !isWorthAligning(comparison)
        ? null
        : viewerAlignment(
            comparison.alignment,
            alignedMask === null ? null : imageSource(alignedMask, 'mask'),
          ),
  };
}

/** Tolerated moves are shown as well; forgiven pixels alone are no reason. */
function isWorthAligning({ same, alignment }: ReportComparison): boolean {
  return !same || (alignment?.blocks.length ?? 0) > 0;
}

/** Whether only forgiven pixels differ, so that they are shown. */
export function hasOnlyForgiven({ comparison }: LocalTestResult): boolean {
  return comparison !== null && comparison.forgivenPixels > 0 && comparison.hidden !== null;
}

/** The regions that the viewer steps through. */
export function shownRegions(comparison: ReportComparison | null): readonly Region[] {
  if (comparison === null) return [];
  return comparison.hidden === null ? comparison.regions : comparison.forgivenRegions;
}
