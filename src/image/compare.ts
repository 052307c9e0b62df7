/** Compares two images: bytes in, differences out. Decides nothing; `judge` in the domain does. */
import { allowedPixels, countedPixels } from '../domain/comparison/comparison.ts';
import type { ComparisonSettings, ImageDifference, ImageSize } from '../domain/comparison/comparison.ts';
import { alignPair } from './align/align-pair.ts';
import { findIgnored } from './ignored.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { KernelSettings } from './kernel/pair-comparison.ts';
import { layoutOf, loadPair, loadRows } from './load-rows.ts';
import type { OpenedImage } from './load-rows.ts';
import { encodePalettePng } from './palette-png.ts';
import { readImageHeader } from './image-header.ts';
import { checkCanvas, defaultMaxPixels } from './refusal.ts';
import type { NamedImage } from './refusal.ts';
import { findRegions } from './regions.ts';

export interface CompareOptions {
  settings: ComparisonSettings;
  /** Whether to make masks of the changed and the forgiven pixels. */
  withMask: boolean;
  /** Largest image, in pixels; default 50,000,000. */
  maxPixels?: number;
  /** Whether to find what moved; default true. Needs `withMask`, or settings that depend on it. */
  align?: boolean;
}

/** The largest squared YIQ distance of two colors: a threshold of 1. */
const largestColourDistance = 35_215;

/** Unchanged: white, fully transparent. Changed: red. */
const maskPalette = [
  [255, 255, 255],
  [255, 0, 0],
] as const;

/** Blue: easily told from red with every kind of color vision. */
const forgivenPalette = [
  [255, 255, 255],
  [0, 90, 255],
] as const;

/**
 * Compares two images pixel by pixel on a canvas that holds both at the top left.
 *
 * `distortion` is the root of the mean squared error as computed by ImageMagick's `compare -metric RMSE`, normalized to
 * 0–1: over three channels when both images are opaque, else over alpha-weighted colors and alpha as a fourth
 * channel. A pixel that only one image has counts as changed, with the full error.
 *
 * @param kernel must not be shared by concurrent calls
 * @throws AppError `image_invalid` | `image_too_large`
 */
export async function compareImages(
  kernel: Kernel,
  before: NamedImage,
  after: NamedImage,
  options: CompareOptions,
): Promise<ImageDifference> {
  const maxPixels = options.maxPixels ?? defaultMaxPixels;
  const beforeHeader = readImageHeader(before, maxPixels);
  if (Buffer.from(before.bytes.buffer, before.bytes.byteOffset, before.bytes.length).equals(after.bytes)) {
    await checkPixels(kernel, { image: before, header: beforeHeader }, maxPixels);
    return nothingDiffers(beforeHeader);
  }
  const afterHeader = readImageHeader(after, maxPixels);
  const canvas = checkCanvas(beforeHeader, afterHeader, maxPixels);

  const kernelSettings = kernelSettingsOf(options.settings);
  await comparePixels(
    kernel,
    { image: before, header: beforeHeader },
    { image: after, header: afterHeader },
    kernelSettings,
    maxPixels,
  );
  const outcome = kernel.finish();
  const changed = kernel.countChanged();
  const found = findRegions(changed.tiles);
  const isWanted = options.withMask || options.settings.moves === 'tolerate';
  const isAligned = changed.pixels > 0 && isWanted && options.align !== false;
  const aligned = isAligned
    ? alignPair(
        kernel,
        { before: beforeHeader, after: afterHeader, ...found, settings: kernelSettings },
        options.settings.moves === 'tolerate',
      )
    : notAligned;
  const changedRows = options.withMask && changed.pixels > 0 ? kernel.changedRows() : null;
  const counted = countedPixels({ changedPixels: changed.pixels, ...aligned }, options.settings);
  if (changed.pixels > 0 && counted <= allowedPixels(options.settings, canvas)) kernel.forgiveChanged();
  const forgiven = kernel.countForgiven();
  const foundForgiven = findRegions(forgiven.tiles);
  const mask = (
    palette: typeof maskPalette | typeof forgivenPalette,
    rows: Uint8Array,
    size: ImageSize = canvas,
  ) => encodePalettePng({ ...sizeOf(size), bitDepth: 1, palette, alpha: [0], rows, level: 1 });
  return {
    before: sizeOf(beforeHeader),
    after: sizeOf(afterHeader),
    canvas,
    distortion: distortionOf(outcome.squaredError, outcome.opaque, beforeHeader, afterHeader),
    changedPixels: changed.pixels,
    antiAliasedPixels: outcome.antiAliasedPixels,
    belowThresholdPixels: outcome.belowThresholdPixels,
    ...found,
    mask: changedRows === null ? null : mask(maskPalette, changedRows),
    forgivenPixels: forgiven.pixels,
    forgivenRegions: foundForgiven.regions,
    forgivenRegionCount: foundForgiven.regionCount,
    forgivenMask:
      options.withMask && forgiven.pixels > 0 ? mask(forgivenPalette, kernel.forgivenRows()) : null,
    alignment: aligned.alignment,
    alignedMask:
      options.withMask && aligned.alignedRows !== null
        ? mask(maskPalette, aligned.alignedRows, afterHeader)
        : null,
    farthestMove: aligned.farthestMove,
    ignored: await findIgnored(
      { image: before, header: beforeHeader },
      { image: after, header: afterHeader },
      maxPixels,
    ),
  };
}

function kernelSettingsOf({ threshold, antialiasing }: ComparisonSettings): KernelSettings {
  return { maxColourDistance: largestColourDistance * threshold * threshold, antialiasing };
}

const notAligned = { alignment: null, alignedRows: null, farthestMove: 0 } as const;

function nothingDiffers(size: ImageSize): ImageDifference {
  return {
    before: sizeOf(size),
    after: sizeOf(size),
    canvas: sizeOf(size),
    distortion: 0,
    changedPixels: 0,
    antiAliasedPixels: 0,
    belowThresholdPixels: 0,
    regions: [],
    regionCount: 0,
    mask: null,
    forgivenPixels: 0,
    forgivenRegions: [],
    forgivenRegionCount: 0,
    forgivenMask: null,
    alignment: null,
    alignedMask: null,
    farthestMove: 0,
    ignored: [],
  };
}

function sizeOf(size: ImageSize): ImageSize {
  return { width: size.width, height: size.height };
}

/** Equal files need no comparison, but they must be valid images. */
async function checkPixels(kernel: Kernel, input: OpenedImage, maxPixels: number): Promise<void> {
  const bytesPerPixel = input.header.mayHaveAlpha ? 4 : 3;
  const none = { width: 0, height: 0, filtered: false };
  const { before: rows } = kernel.reserve(layoutOf(input, bytesPerPixel), none, bytesPerPixel);
  await loadRows(kernel, input, { side: 'before', rows, bytesPerPixel }, maxPixels);
}

/** Loads both images into the kernel's memory, each in the way that suits it, and compares rows as soon as both are there. */
async function comparePixels(
  kernel: Kernel,
  before: OpenedImage,
  after: OpenedImage,
  settings: KernelSettings,
  maxPixels: number,
): Promise<void> {
  const bytesPerPixel = before.header.mayHaveAlpha || after.header.mayHaveAlpha ? 4 : 3;
  const rows = kernel.reserve(layoutOf(before, bytesPerPixel), layoutOf(after, bytesPerPixel), bytesPerPixel);
  kernel.begin(settings);
  await loadPair(
    kernel,
    [before, after],
    [
      { side: 'before', rows: rows.before, bytesPerPixel },
      { side: 'after', rows: rows.after, bytesPerPixel },
    ],
    maxPixels,
    (count) => kernel.compareRows(count),
  );
}

function distortionOf(squaredError: number, opaque: boolean, before: ImageSize, after: ImageSize): number {
  const shared = Math.min(before.width, after.width) * Math.min(before.height, after.height);
  const onlyInOne = before.width * before.height + after.width * after.height - 2 * shared;
  const canvasPixels = Math.max(before.width, after.width) * Math.max(before.height, after.height);
  const channels = opaque ? 3 : 4;
  return Math.sqrt((squaredError / channels + onlyInOne) / canvasPixels);
}
