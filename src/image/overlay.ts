/** The overlay that people look at: the after image faded to grey, what changed in a strong colour, what was forgiven in
 * another, regions outlined. */
import { inflateSync } from 'node:zlib';
import type { ImageSize, Region } from '../domain/comparison/comparison.ts';
import { encodePalettePng } from './palette-png.ts';
import { readImageHeader } from './image-header.ts';
import { decodePixels } from './decode.ts';
import { readPng } from './png-file.ts';
import { defaultMaxPixels, refuse } from './refusal.ts';
import type { NamedImage } from './refusal.ts';

export interface OverlayMarks {
  canvas: ImageSize;
  /** The mask that the comparison gave, of the canvas's size; null paints no pixel. */
  mask: Uint8Array | null;
  regions: readonly Region[];
  /** The mask of forgiven pixels; null paints none. */
  forgivenMask: Uint8Array | null;
  /** Outlined where nothing else changed. */
  forgivenRegions: readonly Region[];
}

/** A pink that stands out from grey for every kind of colour vision. */
const highlightColour = [0xff, 0x2d, 0x9b] as const;
const outlineColour = [0xff, 0xff, 0xff] as const;
const outlineEdgeColour = [0x16, 0x19, 0x1d] as const;

/** A blue that is taken neither for the pink nor for grey. */
const forgivenColour = [0x00, 0x5a, 0xff] as const;

// Palette: 252 greys, then the four colours.
const greys = 252;
const forgiven = 252;
const highlight = 253;
const outline = 254;
const outlineEdge = 255;
const palette = [
  ...Array.from({ length: greys }, (_, index) => {
    const grey = Math.round((index * 255) / (greys - 1));
    return [grey, grey, grey] as const;
  }),
  forgivenColour,
  highlightColour,
  outlineColour,
  outlineEdgeColour,
];

/** How much of the page's contrast is left, 0–1. */
const fadedContrast = 0.45;

/**
 * A PNG of the canvas's size. A transparent page is laid on white.
 *
 * @throws AppError `image_invalid` | `image_too_large`
 */
export async function composeOverlay(
  after: NamedImage,
  marks: OverlayMarks,
  maxPixels = defaultMaxPixels,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = readImageHeader(after, maxPixels);
  const pixels = await decodePixels(after, header, 4, maxPixels);
  const { width, height } = marks.canvas;
  const pitch = width + 1;
  const rows = new Uint8Array(pitch * height).fill(greys - 1);
  paintFaded(rows, pitch, pixels, header);
  if (marks.forgivenMask !== null) paintMask(rows, pitch, marks.canvas, marks.forgivenMask, forgiven);
  if (marks.mask !== null) paintMask(rows, pitch, marks.canvas, marks.mask, highlight);
  const regions = marks.regions.length > 0 ? marks.regions : marks.forgivenRegions;
  for (const region of regions) paintOutline(rows, pitch, marks.canvas, region);
  for (let y = 0; y < height; y++) rows[y * pitch] = 0;
  return encodePalettePng({ width, height, bitDepth: 8, palette, rows, level: 4 });
}

function paintFaded(rows: Uint8Array, pitch: number, pixels: Uint8Array, size: ImageSize): void {
  // Per 8-bit brightness, the palette's index.
  const faded = Uint8Array.from({ length: 256 }, (_, brightness) =>
    Math.round(((255 - (255 - brightness) * fadedContrast) / 255) * (greys - 1)),
  );
  let at = 0;
  for (let y = 0; y < size.height; y++) {
    let to = y * pitch + 1;
    for (let x = 0; x < size.width; x++, at += 4) {
      // Rec. 601 luma in 1/256, then the page's alpha over white.
      const luma = (pixels[at]! * 77 + pixels[at + 1]! * 150 + pixels[at + 2]! * 29) >> 8;
      const alpha = pixels[at + 3]!;
      rows[to++] = faded[alpha === 255 ? luma : 255 - Math.round(((255 - luma) * alpha) / 255)]!;
    }
  }
}

function paintMask(
  rows: Uint8Array,
  pitch: number,
  canvas: ImageSize,
  mask: Uint8Array,
  colour: number,
): void {
  const png = readPng(mask, 'mask');
  if (png.width !== canvas.width || png.height !== canvas.height || png.bitDepth !== 1) {
    throw refuse('mask', 'does not belong to this comparison');
  }
  const maskPitch = Math.ceil(canvas.width / 8) + 1;
  const bits = inflateSync(Buffer.concat(png.data), { maxOutputLength: maskPitch * canvas.height });
  for (let y = 0; y < canvas.height; y++) {
    const from = y * maskPitch + 1;
    const to = y * pitch + 1;
    for (let byte = 0; byte < maskPitch - 1; byte++) {
      const value = bits[from + byte]!;
      if (value === 0) continue;
      for (let bit = 0; bit < 8; bit++) if (value & (128 >> bit)) rows[to + byte * 8 + bit] = colour;
    }
  }
}

/** A white line of 1 px inside a dark one, both around the region so that no changed pixel is covered. */
function paintOutline(rows: Uint8Array, pitch: number, canvas: ImageSize, region: Region): void {
  paintFrame(rows, pitch, canvas, region, 2, outlineEdge);
  paintFrame(rows, pitch, canvas, region, 1, outline);
}

function paintFrame(
  rows: Uint8Array,
  pitch: number,
  canvas: ImageSize,
  region: Region,
  distance: number,
  colour: number,
): void {
  const left = Math.max(region.left - distance, 0);
  const top = Math.max(region.top - distance, 0);
  const right = Math.min(region.left + region.width - 1 + distance, canvas.width - 1);
  const bottom = Math.min(region.top + region.height - 1 + distance, canvas.height - 1);
  for (const y of [top, bottom]) rows.fill(colour, y * pitch + 1 + left, y * pitch + 2 + right);
  for (let y = top; y <= bottom; y++) {
    rows[y * pitch + 1 + left] = colour;
    rows[y * pitch + 1 + right] = colour;
  }
}
