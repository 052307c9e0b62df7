import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { paintMinimap } from './minimap-paint.ts';
import type { Frame } from './paint.ts';
import { worse, type Drawn } from './paint-image.ts';
import { paintPane, type PaneScene } from './pane-paint.ts';
import type { Surface } from './surface.ts';
import { forgivenColour } from './tint.ts';

type View = Pick<Frame, 'transform' | 'isMoving' | 'piece'>;

/** Draws every pane on screen. @returns the quality of the worst image */
export function paintPanes(surface: Surface, view: View, shown: PaneScene): Drawn {
  let drawn: Drawn = 'sharp';
  surface.eachPane(view, (index, frame) => {
    const kind = shown.state.panes[index];
    if (kind !== undefined) drawn = worse(drawn, paintPane(frame, kind, shown));
  });
  return drawn;
}

/** Draws the map, where it is on screen. @param pane CSS pixels of one pane */
export function paintMap(
  surface: Surface,
  view: View,
  { images, scene, highlightColour }: PaneScene,
  pane: ImageSize,
): void {
  const frame = surface.mapFrame(view);
  const highlight = images.mask?.kind === 'forgiven' ? forgivenColour : highlightColour;
  if (frame !== null) paintMinimap(frame, { images, scene, pane, highlight });
}
