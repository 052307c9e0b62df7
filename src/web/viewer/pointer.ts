import { partAt } from './aligned-layout.ts';
import type { ViewScene } from './scene.ts';
import { toImage, type Point, type Transform } from './transform.ts';
import type { ViewerState } from './viewer-state.ts';

/** Where the pointer is: in CSS pixels of a pane. */
export interface Pointer {
  at: Point;
  pane: number;
}

/** The moved part under the pointer; only where its outline is seen. */
export function partUnder(
  pointer: Pointer | null,
  scene: ViewScene | null,
  { view, panes }: ViewerState,
  transform: Transform,
): number | null {
  const layout = scene?.layout;
  if (pointer === null || !layout || view !== 'side' || panes.length === 1) return null;
  return partAt(
    layout,
    panes[pointer.pane] === 'before' ? 'before' : 'after',
    toImage(transform, pointer.at),
  );
}
