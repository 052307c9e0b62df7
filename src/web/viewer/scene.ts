import type { Alignment } from '../../domain/comparison/alignment.ts';
import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import { alignedLayout, type AlignedLayout } from './aligned-layout.ts';
import type { ImageSource } from './image-source.ts';
import { nearestImageRow, toCanvasRow, toImageRow, type Side } from './row-segments.ts';
import { runsOf, wholeRun, type RowRun } from './row-runs.ts';
import type { Point } from './transform.ts';
import type { ViewerImages } from './view-model.ts';

/** How the parts of the two images correspond. */
export interface ViewerAlignment {
  alignment: Alignment;
  /** Pixels that changed apart from moving, in the after image's coordinates; null: boxes are shown instead. */
  mask: ImageSource | null;
  /** Fingerprints of the changes that are decided: the images open at the first of the others. */
  decided?: ReadonlySet<string>;
}

/** The images as they are laid out on screen: as they are, or aligned. */
export interface ViewScene {
  canvas: ImageSize;
  /** What `.` and `,` step through: changes if aligned, else regions. */
  regions: readonly Region[];
  /** Where to open without regions. */
  opening: Region | null;
  /** The changes that are stepped through; null: regions are. */
  changes: AlignedLayout['changes'] | null;
  /** Null: the images lie on the canvas as they are. */
  layout: AlignedLayout | null;
  mask: ImageSource | null;
}

/** What the viewer needs of an alignment; null if there is none, or the images could not be aligned. */
export function viewerAlignment(
  alignment: Alignment | null | undefined,
  mask: ImageSource | null,
  decided: ReadonlySet<string> = new Set(),
): ViewerAlignment | null {
  return !alignment || alignment.skipped !== undefined ? null : { alignment, mask, decided };
}

/** Whether the images open aligned; a reflow, or an alignment that is not complete, opens plain. */
export function opensAligned({ aligned }: Pick<ViewerImages, 'aligned'>): boolean {
  return aligned !== null && aligned.alignment.summary !== 'reflow' && !aligned.alignment.truncated;
}

const alignedScenes = new WeakMap<ViewerImages, ViewScene>();

export function sceneOf(images: ViewerImages, isAligned: boolean): ViewScene {
  const { canvas, regions, mask, aligned, before, after } = images;
  if (!isAligned || aligned === null || before === null || after === null)
    return { canvas, regions, opening: regions[0] ?? null, changes: null, layout: null, mask };
  const known = alignedScenes.get(images);
  if (known !== undefined) return known;
  const layout = alignedLayout(aligned.alignment, { before: before.size, after: after.size });
  const nothingMoved = aligned.alignment.blockCount === 0 && isSameSize(before.size, after.size);
  const moved = layout.parts[0]?.after;
  const open = layout.changes.findIndex(({ change }) => aligned.decided?.has(change.fingerprint) !== true);
  const made: ViewScene = {
    canvas: layout.canvas,
    regions: layout.regions,
    opening:
      layout.regions[Math.max(0, open)] ?? (moved === undefined ? null : { ...moved, changedPixels: 0 }),
    changes: layout.changes,
    // Nothing moved: the images lie as they are, under the plain mask.
    layout: nothingMoved ? null : layout,
    mask: nothingMoved ? mask : aligned.mask,
  };
  alignedScenes.set(images, made);
  return made;
}

function isSameSize(one: ImageSize, other: ImageSize): boolean {
  return one.width === other.width && one.height === other.height;
}

/** Where the rows of an image are on the canvas; masks are like the after image. */
export function placeRows({ layout }: ViewScene, side: Side, source: ImageSource): readonly RowRun[] {
  return layout === null ? wholeRun(source.size) : runsOf(layout.segments, side);
}

/** The point of an image under a point of the canvas; null where that image has none. */
export function pointIn({ layout }: ViewScene, side: Side, { x, y }: Point): Point | null {
  if (layout === null) return { x, y };
  const row = toImageRow(layout.segments, side, Math.floor(y));
  return row === null ? null : { x, y: row };
}

/** Where a point of an image is on the canvas. */
export function pointOn({ layout }: ViewScene, side: Side, { x, y }: Point): Point {
  return layout === null ? { x, y } : { x, y: toCanvasRow(layout.segments, side, y) };
}

/** The row of another scene's canvas with the same content. */
export function rowIn(from: ViewScene, to: ViewScene, row: number): number {
  const floor = Math.floor(row);
  const rest = row - floor;
  const image = from.layout === null ? floor : nearestImageRow(from.layout.segments, 'after', floor);
  return rest + (to.layout === null ? image : toCanvasRow(to.layout.segments, 'after', image));
}
