/** The comparison of two pictures: its settings, its result, and the rule that calls them same or different. */

export interface ComparisonSettings {
  /** Colour tolerance, 0 (every step counts) to 1, in the YIQ metric of Kotsarenko & Ramos 2010. */
  threshold: number;
  /** `true`: pixels that only anti-aliasing changed count as changed. */
  includeAA: boolean;
  /** At most this many pixels may have changed. */
  maxDiffPixels?: number;
  /** At most this share of all pixels may have changed, 0–1. With `maxDiffPixels` too, both must hold. */
  maxDiffPixelRatio?: number;
}

export const comparisonDefaults: ComparisonSettings = { threshold: 0, includeAA: false };

/** Metric of the perceptual stage and of `distortion`; the version changes whenever a count could change. */
export const comparisonMetric = { name: 'yiq+rmse', version: 1 } as const;

/** A box of changed pixels, in pixels from the top left of the common canvas. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
  changedPixels: number;
}

export interface PictureSize {
  width: number;
  height: number;
}

/** What the image engine measured, before any limit is applied. */
export interface PictureDifference {
  before: PictureSize;
  after: PictureSize;
  /** The common canvas: larger width × larger height, both pictures at the top left. */
  canvas: PictureSize;
  /** Normalised RMSE, 0–1, over every pixel that differs, whatever the threshold hides. */
  distortion: number;
  /** Pixels that count as changed: over the threshold and not anti-aliasing. */
  changedPixels: number;
  /** Pixels over the threshold that look like anti-aliasing; 0 with `includeAA`. */
  antiAliasedPixels: number;
  /** Pixels that differ by less than the threshold. */
  belowThresholdPixels: number;
  /** In reading order, near ones merged; at most {@link maxRegions}, the biggest. */
  regions: Region[];
  /** Regions found before the list was cut. */
  regionCount: number;
  /** The mask of changed pixels as a 1-bit palette PNG; null when no pixel changed or none was asked for. */
  mask: Uint8Array | null;
}

export const maxRegions = 200;

export interface ComparisonResult extends PictureDifference {
  same: boolean;
  /** `changedPixels` ÷ pixels of the canvas, 0–1. */
  diffRatio: number;
  /** Largest `changedPixels` that still counts as same. */
  allowedPixels: number;
  metric: typeof comparisonMetric;
  durationMs: number;
}

/** Largest number of changed pixels on a canvas that still counts as same; each limit that is given must hold. */
export function allowedPixels(settings: ComparisonSettings, canvas: PictureSize): number {
  const limits: number[] = [];
  if (settings.maxDiffPixels !== undefined) limits.push(settings.maxDiffPixels);
  if (settings.maxDiffPixelRatio !== undefined) {
    limits.push(Math.floor(settings.maxDiffPixelRatio * canvas.width * canvas.height));
  }
  return limits.length === 0 ? 0 : Math.min(...limits);
}

/** The verdict: same when no more pixels changed than the settings allow. */
export function judge(
  difference: PictureDifference,
  settings: ComparisonSettings,
  durationMs: number,
): ComparisonResult {
  const pixels = difference.canvas.width * difference.canvas.height;
  const allowed = allowedPixels(settings, difference.canvas);
  return {
    ...difference,
    same: difference.changedPixels <= allowed,
    diffRatio: pixels === 0 ? 0 : difference.changedPixels / pixels,
    allowedPixels: allowed,
    metric: comparisonMetric,
    durationMs,
  };
}

/**
 * A sentence when the verdict is "same" only because settings hid something, else null: a threshold or the
 * anti-aliasing rule must never hide a difference silently.
 */
export function hiddenDifference(result: ComparisonResult): string | null {
  if (!result.same) return null;
  const parts: string[] = [];
  if (result.changedPixels > 0)
    parts.push(`${count(result.changedPixels)} within the allowed ${count(result.allowedPixels)}`);
  if (result.antiAliasedPixels > 0) parts.push(`${count(result.antiAliasedPixels)} as anti-aliasing`);
  if (result.belowThresholdPixels > 0)
    parts.push(`${count(result.belowThresholdPixels)} below the threshold`);
  if (parts.length === 0) return null;
  return `Hidden: ${parts.join(', ')}; distortion ${formatDistortion(result.distortion)}.`;
}

function count(pixels: number): string {
  return `${pixels.toLocaleString('en-US')} ${pixels === 1 ? 'pixel' : 'pixels'}`;
}

/** Distortion as shown to people: six decimals, and never 0 for a difference. */
export function formatDistortion(distortion: number): string {
  if (distortion === 0) return '0';
  return distortion < 0.000001 ? '< 0.000001' : distortion.toFixed(6);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A ratio, 0–1, with two decimals, and never 0 for something. */
export function formatPercent(ratio: number): string {
  if (ratio > 0 && ratio < 0.0001) return '< 0.01 %';
  return `${(ratio * 100).toFixed(2)} %`;
}
