import type { ViewerState } from './viewer-state.ts';
import {
  clearFrame,
  drawGrid,
  drawGround,
  drawMask,
  drawMissingLabel,
  drawOutline,
  drawImage,
  fade,
  worse,
  type Drawn,
  type Frame,
} from './paint.ts';
import type { ImageSource } from './image-source.ts';
import { missingPart, tintsByItself, type PaneKind, type ViewerImages } from './view-model.ts';

const maskOnFaded = 0.85;
const maskOnImage = 0.6;

export interface PaneScene {
  images: ViewerImages;
  state: ViewerState;
  /** A running pulse of one region or all, and its progress, 0–1. */
  pulse: { region: number | 'all'; part: number } | null;
  /** Factor for the opacity of changed pixels, 0–1. */
  maskOpacity: number;
}

/** Draws one pane. @returns the quality of its worst image */
export function paintPane(frame: Frame, kind: PaneKind, scene: PaneScene): Drawn {
  const { images, state } = scene;
  clearFrame(frame);
  let drawn = paintImages(frame, kind, scene);
  const tinted = kind === 'diff' || state.maskOn || tintsByItself(state.view, state.panes, kind);
  if (tinted && images.mask !== null) {
    const opacity = kind === 'diff' ? maskOnFaded : maskOnImage;
    const mask = drawMask(frame, images.mask, opacity * scene.maskOpacity);
    if (mask !== 'sharp' && drawn === 'sharp') drawn = 'rough';
  }
  drawGrid(frame, images.canvas);
  paintRegions(frame, scene, tinted);
  return drawn;
}

function paintImages(frame: Frame, kind: PaneKind, { images, state }: PaneScene): Drawn {
  const { before, after } = images;
  const { context } = frame;
  switch (kind) {
    case 'before':
    case 'after':
      return layer(frame, kind === 'before' ? before : after, images, true);
    case 'diff': {
      if (images.mask === null) return layer(frame, images.diff, images, false);
      const drawn = layer(frame, after ?? before, images, true);
      fade(frame, images.canvas);
      return drawn;
    }
    case 'blink':
      return layer(frame, state.blinkSide === 'before' ? before : after, images, true);
    case 'onion': {
      const below = layer(frame, before, images, false);
      context.globalAlpha = state.onion;
      const above = after === null ? 'sharp' : drawImage(frame, after);
      context.globalAlpha = 1;
      return worse(below, above);
    }
    case 'swipe': {
      const line = Math.round(frame.width * state.swipe);
      const left = clipped(frame, 0, line, () => layer(frame, before, images, true));
      const right = clipped(frame, line, frame.width, () => layer(frame, after, images, true));
      paintSwipeLine(frame, line);
      return worse(left, right);
    }
  }
}

function layer(frame: Frame, source: ImageSource | null, images: ViewerImages, labelled: boolean): Drawn {
  if (source === null) return 'sharp';
  drawGround(frame, source.size, images.canvas);
  const drawn = drawImage(frame, source);
  const missing = missingPart(source.size, images.canvas);
  if (labelled && missing !== null) drawMissingLabel(frame, source.size, images.canvas, missing);
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

function paintRegions(frame: Frame, { images, state, pulse }: PaneScene, tinted: boolean): void {
  images.regions.forEach((region, index) => {
    const pulses = pulse !== null && (pulse.region === 'all' || pulse.region === index);
    const current = state.region === index;
    if (!tinted && !pulses && !current) return;
    drawOutline(frame, region, { current, grow: pulses ? 24 * (1 - pulse.part) ** 2 : 0 });
  });
}
