/** What the viewer can show and how a view becomes panes. */

import type { PictureSize, Region } from '../../domain/comparison/comparison.ts';
import type { PictureSource } from './image-source.ts';

export type ViewName = 'side' | 'before' | 'diff' | 'after' | 'swipe' | 'onion' | 'blink';

export const viewNames: readonly ViewName[] = ['side', 'before', 'diff', 'after', 'swipe', 'onion', 'blink'];

/** One pane on screen. `swipe`, `onion` and `blink` show both pictures in one. */
export type PaneKind = Exclude<ViewName, 'side'>;

export interface ViewerPictures {
  /** Changes whenever other pictures are shown. */
  key: string;
  before: PictureSource | null;
  after: PictureSource | null;
  /** Changed pixels opaque, the rest transparent. */
  mask: PictureSource | null;
  /** A ready-made picture of the difference, shown only where there is no mask. */
  diff: PictureSource | null;
  /** In reading order. */
  regions: readonly Region[];
  /** The common canvas of both pictures. */
  canvas: PictureSize;
  /** Only these views, for a page about single pictures. */
  only?: readonly ViewName[];
}

/** Stage widths (CSS pixels) from which side by side has three panes, and two. */
const threePanesFrom = 1000;
const twoPanesFrom = 640;

/** Views that make sense for these pictures, in the order of the toolbar. */
export function possibleViews(
  pictures: Pick<ViewerPictures, 'before' | 'after' | 'mask' | 'diff' | 'only'>,
): readonly ViewName[] {
  const { only } = pictures;
  const views = viewsOf(pictures);
  return only === undefined ? views : views.filter((view) => only.includes(view));
}

function viewsOf({
  before,
  after,
  mask,
  diff,
}: Pick<ViewerPictures, 'before' | 'after' | 'mask' | 'diff'>): readonly ViewName[] {
  if (before === null && after === null) return [];
  if (after === null) return ['before'];
  if (before === null) return ['after'];
  return mask === null && diff === null ? viewNames.filter((view) => view !== 'diff') : viewNames;
}

/** The panes of a view on a stage of `stageWidth` CSS pixels, left to right. */
export function panesOf(
  view: ViewName,
  stageWidth: number,
  pictures: Pick<ViewerPictures, 'before' | 'after' | 'mask' | 'diff' | 'only'>,
): readonly PaneKind[] {
  const possible = possibleViews(pictures);
  if (possible.length === 0) return [];
  const shown = possible.includes(view) ? view : possible[0]!;
  if (shown !== 'side') return [shown];
  const hasDiff = possible.includes('diff');
  if (hasDiff && stageWidth >= threePanesFrom) return ['before', 'diff', 'after'];
  if (stageWidth >= twoPanesFrom) return ['before', 'after'];
  return [hasDiff ? 'diff' : 'after'];
}

/** Whether changed pixels are tinted in a pane although the mask was not asked for: side by side without a diff pane. */
export function tintsByItself(view: ViewName, panes: readonly PaneKind[], pane: PaneKind): boolean {
  return view === 'side' && pane === 'after' && panes.length === 2;
}

/** How a picture's size differs from the canvas both share: `400 px shorter`, `12 px narrower`, or null. */
export function missingPart(size: PictureSize, canvas: PictureSize): string | null {
  const parts: string[] = [];
  if (size.height < canvas.height)
    parts.push(`${(canvas.height - size.height).toLocaleString('en-US')} px shorter`);
  if (size.width < canvas.width)
    parts.push(`${(canvas.width - size.width).toLocaleString('en-US')} px narrower`);
  return parts.length === 0 ? null : parts.join(', ');
}
