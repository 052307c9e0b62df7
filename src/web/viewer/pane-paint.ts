import {
  drawChangeBoxes,
  drawGaps,
  drawMovedPart,
  drawRemovedAreas,
  drawRemovedRows,
} from './aligned-paint.ts';
import type { AlignedLayout } from './aligned-layout.ts';
import type { ImageSource } from './image-source.ts';
import {
  boxOnPane,
  clearFrame,
  clippedTo,
  drawGrid,
  drawGround,
  drawOutline,
  fade,
  fillBox,
  type Frame,
} from './paint.ts';
import { drawImage, drawMask, worse, type Drawn } from './paint-image.ts';
import { drawMissingLabel } from './paint-label.ts';
import { hatching } from './patterns.ts';
import type { Side } from './row-segments.ts';
import { placeRows, type ViewScene } from './scene.ts';
import { missingPart, tintsByItself, type PaneKind, type ViewerImages } from './view-model.ts';
import type { ViewerState } from './viewer-state.ts';

const maskOnFaded = 0.85;
const maskOnImage = 0.6;

export interface PaneScene {
  images: ViewerImages;
  scene: ViewScene;
  state: ViewerState;
  /** A running pulse of one region or all, and its progress, 0–1. */
  pulse: { region: number | 'all'; part: number } | null;
  /** Factor for the opacity of changed pixels, 0–1. */
  maskOpacity: number;
  highlightColour: string;
}

/** Draws one pane. @returns the quality of its worst image */
export function paintPane(frame: Frame, kind: PaneKind, pane: PaneScene): Drawn {
  const { state, scene } = pane;
  clearFrame(frame);
  let drawn = paintImages(frame, kind, pane);
  const tinted = kind === 'diff' || state.maskOn || tintsByItself(state.view, state.panes, kind);
  if (!tinted && kind === 'before' && isBeside(state)) paintRemoved(frame, pane);
  if (tinted) {
    const mask = paintChanges(frame, kind, pane);
    if (mask !== 'sharp' && drawn === 'sharp') drawn = 'rough';
  }
  drawGrid(frame, scene.canvas);
  if (scene.layout !== null) paintMoves(frame, kind, pane, scene.layout, tinted);
  paintRegions(frame, kind, pane, tinted);
  return drawn;
}

/** Changed pixels in the highlight color, or the boxes of changes where there is no mask of them. */
function paintChanges(
  frame: Frame,
  kind: PaneKind,
  { scene, maskOpacity, highlightColour }: PaneScene,
): Drawn {
  const { mask, layout } = scene;
  const opacity = (kind === 'diff' ? maskOnFaded : maskOnImage) * maskOpacity;
  // The mask is like the after image: on the before image it would mark other content.
  if (layout !== null && kind === 'before') {
    drawChangeBoxes(frame, layout, 'before', highlightColour, maskOpacity);
    return 'sharp';
  }
  if (mask !== null) return drawMask(frame, mask, placeRows(scene, 'after', mask), opacity);
  if (layout !== null) drawChangeBoxes(frame, layout, 'after', highlightColour, opacity);
  return 'sharp';
}

/** Side by side, what was removed is marked in the only image that has it. */
function paintRemoved(frame: Frame, { scene, maskOpacity, highlightColour }: PaneScene): void {
  const { layout } = scene;
  if (layout === null) return;
  drawChangeBoxes(frame, layout, 'before', highlightColour, maskOpacity);
  for (const { change, before } of layout.changes)
    if (change.kind === 'removed' && before !== null) drawOutline(frame, before, { current: false, grow: 0 });
}

function isBeside({ view, panes }: ViewerState): boolean {
  return view === 'side' && panes.length > 1;
}

function paintImages(frame: Frame, kind: PaneKind, pane: PaneScene): Drawn {
  const { images, scene, state } = pane;
  const { before, after } = images;
  const { context } = frame;
  switch (kind) {
    case 'before':
    case 'after':
      return layer(frame, kind, pane, { labelled: true });
    case 'diff': {
      if (images.mask === null && scene.layout === null) return foreignDiff(frame, pane);
      const drawn = layer(frame, after === null ? 'before' : 'after', pane, { labelled: false });
      fade(frame, scene.canvas);
      return drawn;
    }
    case 'blink':
      return layer(frame, state.blinkSide, pane, { labelled: true, isLaid: true });
    case 'onion': {
      const below = layer(frame, 'before', pane, { labelled: false, isLaid: true });
      if (after === null) return below;
      context.globalAlpha = state.onion;
      const above = drawImage(frame, after, placeRows(scene, 'after', after));
      context.globalAlpha = 1;
      return worse(below, above);
    }
    case 'swipe': {
      if (before === null || after === null) return 'sharp';
      const line = Math.round(frame.width * state.swipe);
      const left = clipped(frame, 0, line, () =>
        layer(frame, 'before', pane, { labelled: true, isLaid: true }),
      );
      const right = clipped(frame, line, frame.width, () =>
        layer(frame, 'after', pane, { labelled: true, isLaid: true }),
      );
      paintSwipeLine(frame, line);
      return worse(left, right);
    }
  }
}

function foreignDiff(frame: Frame, { images, scene }: PaneScene): Drawn {
  if (images.diff === null) return 'sharp';
  const runs = placeRows(scene, 'after', images.diff);
  drawGround(frame, images.diff.size, scene.canvas, runs);
  return drawImage(frame, images.diff, runs);
}

interface LayerOptions {
  /** What is missing says so. */
  labelled: boolean;
  /** Parts of the before image that moved on their own are where the after image has them. */
  isLaid?: boolean;
}

function layer(
  frame: Frame,
  side: Side,
  { images, scene }: PaneScene,
  { labelled, isLaid = false }: LayerOptions,
): Drawn {
  const source = images[side];
  if (source === null) return 'sharp';
  const { layout, canvas } = scene;
  const runs = placeRows(scene, side, source);
  drawGround(frame, source.size, canvas, runs);
  let drawn = drawImage(frame, source, runs);
  if (layout !== null) {
    if (isLaid && side === 'before') drawn = worse(drawn, patch(frame, source, layout));
    if (side === 'after') drawRemovedAreas(frame, layout);
    // Where one image is laid over the other, words in a gap would be cut, or lie on what is laid there.
    if (labelled) drawGaps(frame, layout, side, { hasWords: !isLaid });
    return drawn;
  }
  const missing = missingPart(source.size, canvas);
  if (labelled && missing !== null) drawMissingLabel(frame, source.size, canvas, missing);
  return drawn;
}

/** Lays what moved on its own over its new place; where there was nothing yet, the ground is hatched. */
function patch(frame: Frame, before: ImageSource, { patches }: AlignedLayout): Drawn {
  for (const hole of patches.holes) fillBox(frame, boxOnPane(frame, hole), hatching(frame.context));
  let drawn: Drawn = 'sharp';
  for (const { from, to } of patches.parts) {
    const edges = boxOnPane(frame, to);
    if (edges.bottom < 0 || edges.right < 0 || edges.top > frame.height || edges.left > frame.width) continue;
    const shifted: Frame = {
      ...frame,
      transform: {
        ...frame.transform,
        x: frame.transform.x + from.left - to.left,
        y: frame.transform.y + from.top - to.top,
      },
    };
    const runs = [{ top: from.top, height: to.height, row: from.top }];
    const laid = clippedTo(frame, to, () => drawImage(shifted, before, runs));
    drawn = worse(drawn, laid);
  }
  return drawn;
}

function clipped(frame: Frame, left: number, right: number, draw: () => Drawn): Drawn {
  frame.context.save();
  frame.context.beginPath();
  frame.context.rect(left, 0, right - left, frame.height);
  frame.context.clip();
  const drawn = draw();
  frame.context.restore();
  return drawn;
}

function paintSwipeLine(frame: Frame, line: number): void {
  const width = Math.max(1, Math.round(frame.pixelRatio));
  frame.context.fillStyle = '#16191d';
  frame.context.fillRect(line - width, 0, width * 3, frame.height);
  frame.context.fillStyle = '#ffffff';
  frame.context.fillRect(line, 0, width, frame.height);
}

/** Parts that moved: all of them where differences are marked, side by side those that moved on their own. */
function paintMoves(
  frame: Frame,
  kind: PaneKind,
  { state, pulse }: PaneScene,
  layout: AlignedLayout,
  tinted: boolean,
): void {
  const side = kind === 'before' ? 'before' : 'after';
  layout.parts.forEach((part, index) => {
    const isLit = state.part === index || state.litPart === index;
    if (!isLit && !tinted && pulse?.region !== 'all' && !(isBeside(state) && part.isAlone)) return;
    // Side by side, the arrow is in the band between the images.
    drawMovedPart(frame, part, side, { isLit, hasArrow: !isBeside(state) || !part.isAlone });
  });
  // On the after image itself, the gap has words.
  if (tinted && kind !== 'before' && kind !== 'after') drawRemovedRows(frame, layout);
}

function paintRegions(
  frame: Frame,
  kind: PaneKind,
  { scene, state, pulse }: PaneScene,
  tinted: boolean,
): void {
  scene.regions.forEach((region, index) => {
    const pulses = pulse !== null && (pulse.region === 'all' || pulse.region === index);
    const current = state.region === index;
    if (!tinted && !pulses && !current) return;
    const placed = scene.layout?.changes[index];
    const box = placed === undefined ? region : kind === 'before' ? placed.before : region;
    if (box === null) return;
    const grow = pulses ? 24 * (1 - pulse.part) ** 2 : 0;
    drawOutline(frame, box, { current, grow });
  });
}
