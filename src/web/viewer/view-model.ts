/** What the viewer can show and how a view becomes panes. */

import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import type { ImageSource } from './image-source.ts';
import type { ViewerAlignment } from './scene.ts';

export type ViewName = 'side' | 'before' | 'diff' | 'after' | 'swipe' | 'onion' | 'blink';

export const viewNames: readonly ViewName[] = ['side', 'before', 'diff', 'after', 'swipe', 'onion', 'blink'];

/** One pane on screen. `swipe`, `onion` and `blink` show both images in one. */
export type PaneKind = Exclude<ViewName, 'side'>;

export interface ViewerImages {
  /** Changes whenever other images are shown. */
  key: string;
  before: ImageSource | null;
  after: ImageSource | null;
  /** Changed pixels opaque, the rest transparent. */
  mask: ImageSource | null;
  /** A third-party worker's diff image, shown only without a mask. */
  diff: ImageSource | null;
  /** In reading order. */
  regions: readonly Region[];
  /** The common canvas of both images. */
  canvas: ImageSize;
  /** Null where nothing was aligned. */
  aligned: ViewerAlignment | null;
  /** Limits the views, for a page about single images. */
  only?: readonly ViewName[];
}

/** Minimum stage widths (CSS pixels) for three and two panes side by side. */
const threePanesFrom = 1000;
const twoPanesFrom = 640;

/** Views that make sense for these images, in the order of the toolbar. */
export function possibleViews(
  images: Pick<ViewerImages, 'before' | 'after' | 'mask' | 'diff' | 'only'>,
): readonly ViewName[] {
  const { only } = images;
  const views = viewsOf(images);
  return only === undefined ? views : views.filter((view) => only.includes(view));
}

function viewsOf({
  before,
  after,
  mask,
  diff,
}: Pick<ViewerImages, 'before' | 'after' | 'mask' | 'diff'>): readonly ViewName[] {
  if (before === null && after === null) return [];
  if (after === null) return ['before'];
  if (before === null) return ['after'];
  return mask === null && diff === null ? viewNames.filter((view) => view !== 'diff') : viewNames;
}

/** The single image after this one: before → diff → after → before; null where there is none. */
export function nextSingleView(images: ViewerImages, view: ViewName): ViewName | null {
  const possible = possibleViews(images);
  const cycle = (['before', 'diff', 'after'] as const).filter((each) => possible.includes(each));
  return cycle[((cycle as readonly ViewName[]).indexOf(view) + 1) % cycle.length] ?? null;
}

/** The panes of a view on a stage of `stageWidth` CSS pixels, left to right. */
export function panesOf(
  view: ViewName,
  stageWidth: number,
  images: Pick<ViewerImages, 'before' | 'after' | 'mask' | 'diff' | 'only'>,
): readonly PaneKind[] {
  const possible = possibleViews(images);
  if (possible.length === 0) return [];
  const shown = possible.includes(view) ? view : possible[0]!;
  if (shown !== 'side') return [shown];
  const hasDiff = possible.includes('diff');
  if (hasDiff && stageWidth >= threePanesFrom) return ['before', 'diff', 'after'];
  if (stageWidth >= twoPanesFrom) return ['before', 'after'];
  return [hasDiff ? 'diff' : 'after'];
}

/** Whether changed pixels are tinted in a pane even with the mask off: side by side without a diff pane. */
export function tintsByItself(view: ViewName, panes: readonly PaneKind[], pane: PaneKind): boolean {
  return view === 'side' && pane === 'after' && panes.length === 2;
}

/** How an image's size differs from the canvas both share: `400 px shorter`, `12 px narrower`, or null. */
export function missingPart(size: ImageSize, canvas: ImageSize): string | null {
  const parts: string[] = [];
  if (size.height < canvas.height)
    parts.push(`${(canvas.height - size.height).toLocaleString('en-US')} px shorter`);
  if (size.width < canvas.width)
    parts.push(`${(canvas.width - size.width).toLocaleString('en-US')} px narrower`);
  return parts.length === 0 ? null : parts.join(', ');
}
