/** The comparison of two images: settings, result, and the rule for same or different. */

import type { Alignment } from './alignment.ts';

/** How to treat pixels that anti-aliasing may have changed. */
export const antialiasingRules = ['slight', 'forgive', 'count'] as const;

/**
 * `slight`: forgiven if they are on a slope, changed little relative to the local contrast, and are few in one
 * place. `forgive`: forgiven if they are on a slope, regardless of how much they changed. `count`: never forgiven.
 */
export type AntialiasingRule = (typeof antialiasingRules)[number];

/** How to treat parts of the page that only moved. */
export const moveRules = ['differ', 'tolerate'] as const;

/** `differ`: a move is a difference. `tolerate`: only what changed apart from moves counts. */
export type MoveRule = (typeof moveRules)[number];

export interface ComparisonSettings {
  /** Color tolerance, 0 (every step counts) to 1, in the YIQ metric of Kotsarenko & Ramos 2010. */
  threshold: number;
  antialiasing: AntialiasingRule;
  /** Maximum number of changed pixels. */
  maxDiffPixels?: number;
  /** Maximum share of changed pixels, 0–1. With `maxDiffPixels`, both must hold. */
  maxDiffPixelRatio?: number;
  /** `true`: images that are the same only because of forgiven pixels count as different. */
  failOnForgiven?: boolean;
  /** `differ` if absent. */
  moves?: MoveRule;
  /** With `moves: tolerate`, the furthest tolerated move in pixels; no limit if absent. */
  maxMove?: number;
}

export const comparisonDefaults: ComparisonSettings = { threshold: 0, antialiasing: 'slight' };

/** The settings as spelled in a config: `includeAA` is the older name for two of the anti-aliasing rules. */
export type ComparisonOptions = Partial<ComparisonSettings> & { includeAA?: boolean };

/** The rule for the older key: `true` counts, an explicit `false` forgives. */
export function antialiasingOf(includeAA: boolean): AntialiasingRule {
  return includeAA ? 'count' : 'forgive';
}

/** Whether a config that has both keys contradicts itself. */
export function contradictsItself({ antialiasing, includeAA }: ComparisonOptions): boolean {
  return antialiasing !== undefined && includeAA !== undefined && antialiasingOf(includeAA) !== antialiasing;
}

/** The comparison settings of a config, with defaults. */
export function comparisonSettings(options: ComparisonOptions): ComparisonSettings {
  const { threshold, antialiasing, includeAA, maxDiffPixels, maxDiffPixelRatio, failOnForgiven } = options;
  const { moves, maxMove } = options;
  const older = includeAA === undefined ? comparisonDefaults.antialiasing : antialiasingOf(includeAA);
  return {
    threshold: threshold ?? comparisonDefaults.threshold,
    antialiasing: antialiasing ?? older,
    ...(maxDiffPixels !== undefined && { maxDiffPixels }),
    ...(maxDiffPixelRatio !== undefined && { maxDiffPixelRatio }),
    ...(failOnForgiven !== undefined && { failOnForgiven }),
    ...(moves !== undefined && { moves }),
    ...(maxMove !== undefined && { maxMove }),
  };
}

/** Metric of the perceptual stage and of `distortion`; the version changes whenever a count could change. */
export const comparisonMetric = { name: 'yiq+rmse', version: 2 } as const;

/** A box of changed or forgiven pixels, in pixels from the top left of the common canvas. */
export interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
  changedPixels: number;
}

export interface ImageSize {
  width: number;
  height: number;
}

/** What the image engine measured, before any limit is applied. */
export interface ImageDifference {
  before: ImageSize;
  after: ImageSize;
  /** The common canvas: larger width × larger height, both images at the top left. */
  canvas: ImageSize;
  /** Normalized RMSE, 0–1, over every pixel that differs, including those below the threshold. */
  distortion: number;
  /** Pixels that count as changed: over the threshold and not anti-aliasing. */
  changedPixels: number;
  /** Pixels over the threshold that were forgiven as anti-aliasing; 0 with the rule `count`. */
  antiAliasedPixels: number;
  /** Pixels that differ by less than the threshold. */
  belowThresholdPixels: number;
  /** In reading order; together they cover every changed pixel. At most {@link maxRegions}: if there are more, nearby ones are merged. */
  regions: Region[];
  /** Number of regions before nearby ones were merged to fit the list. */
  regionCount: number;
  /** The mask of changed pixels as a 1-bit palette PNG; null when no pixel changed or no mask was requested. */
  mask: Uint8Array | null;
  /**
   * Pixels that differ but do not count: anti-aliased ones, those below the threshold, and, if the limits make the
   * images the same, those within the limits.
   */
  forgivenPixels: number;
  /** Boxes around the forgiven pixels, like `regions`; `changedPixels` is how many are forgiven. */
  forgivenRegions: Region[];
  forgivenRegionCount: number;
  /** The mask of forgiven pixels, like `mask` in another color; null when no pixel was forgiven or no mask was requested. */
  forgivenMask: Uint8Array | null;
  /** Differences that the comparison ignores (a color profile, later frames …), one sentence each. */
  ignored: string[];
  /** What moved, and what changed apart from moving; null if no pixel changed or it was not asked for. */
  alignment: Alignment | null;
  /** The mask of what changed apart from moving, like `mask`, of the size of the after image; null if nothing moved. */
  alignedMask: Uint8Array | null;
  /** The furthest that a part moved in one direction, in pixels. */
  farthestMove: number;
}

export const maxRegions = 200;

export interface ComparisonResult extends ImageDifference {
  same: boolean;
  /** `changedPixels` ÷ pixels of the canvas, 0–1. */
  diffRatio: number;
  /** The number of pixels that the limit applies to: {@link countedPixels}. */
  countedPixels: number;
  /** Largest `countedPixels` that still counts as same. */
  allowedPixels: number;
  metric: typeof comparisonMetric;
  durationMs: number;
}

/** Largest number of changed pixels on a canvas that still counts as same; every given limit must hold. */
export function allowedPixels(settings: ComparisonSettings, canvas: ImageSize): number {
  const limits: number[] = [];
  if (settings.maxDiffPixels !== undefined) limits.push(settings.maxDiffPixels);
  if (settings.maxDiffPixelRatio !== undefined) {
    limits.push(Math.floor(settings.maxDiffPixelRatio * canvas.width * canvas.height));
  }
  return limits.length === 0 ? 0 : Math.min(...limits);
}

/**
 * The number of pixels that the limits apply to: the changed ones, or, where moves are tolerated and everything moved
 * no further than allowed, those that differ apart from moves.
 */
export function countedPixels(
  {
    changedPixels,
    alignment,
    farthestMove,
  }: Pick<ImageDifference, 'changedPixels' | 'alignment' | 'farthestMove'>,
  { moves, maxMove = Infinity }: ComparisonSettings,
): number {
  const isExplained = alignment !== null && alignment.skipped === undefined && !alignment.truncated;
  if (moves !== 'tolerate' || !isExplained || farthestMove > maxMove) return changedPixels;
  return Math.min(changedPixels, alignment.contentPixels);
}

/** A move that counts although the settings tolerate moves, and how far they may go, both in pixels. */
export interface BeyondMaxMove {
  farthestMove: number;
  maxMove: number;
}

/** Null where moves do not count, or are not tolerated at all. */
export function beyondMaxMove(
  { farthestMove }: Pick<ImageDifference, 'farthestMove'>,
  { moves, maxMove = Infinity }: ComparisonSettings,
): BeyondMaxMove | null {
  return moves === 'tolerate' && farthestMove > maxMove ? { farthestMove, maxMove } : null;
}

/** `further than maxMove allows (56 pixels instead of 50)` */
export function beyondMaxMoveWords({ farthestMove, maxMove }: BeyondMaxMove): string {
  return `further than maxMove allows (${count(farthestMove)} instead of ${formatCount(maxMove)})`;
}

/**
 * The verdict: same when no more pixels count than the settings allow and, with `failOnForgiven`, none was
 * forgiven.
 */
export function judge(
  difference: ImageDifference,
  settings: ComparisonSettings,
  durationMs: number,
): ComparisonResult {
  const pixels = difference.canvas.width * difference.canvas.height;
  const allowed = allowedPixels(settings, difference.canvas);
  return {
    ...difference,
    same:
      countedPixels(difference, settings) <= allowed &&
      !(settings.failOnForgiven === true && difference.forgivenPixels > 0),
    diffRatio: pixels === 0 ? 0 : difference.changedPixels / pixels,
    countedPixels: countedPixels(difference, settings),
    allowedPixels: allowed,
    metric: comparisonMetric,
    durationMs,
  };
}

/**
 * A sentence if only forgiven pixels differ, else null: a threshold or the anti-aliasing rule must
 * never hide a difference silently.
 */
export function hiddenDifference(result: ComparisonResult): string | null {
  if (result.countedPixels > result.allowedPixels) return null;
  const parts: string[] = [];
  if (result.countedPixels < result.changedPixels) parts.push(...movesForgiven(result));
  if (result.countedPixels > 0)
    parts.push(`${count(result.countedPixels)} within the allowed ${count(result.allowedPixels)}`);
  if (result.antiAliasedPixels > 0) parts.push(`${count(result.antiAliasedPixels)} as anti-aliasing`);
  if (result.belowThresholdPixels > 0)
    parts.push(`${count(result.belowThresholdPixels)} below the threshold`);
  if (parts.length === 0) return null;
  return `Forgiven: ${parts.join(', ')}; distortion ${formatDistortion(result.distortion)}.`;
}

function movesForgiven({ alignment, farthestMove }: ComparisonResult): string[] {
  const { movedPixels, residuePixels, spacePixels } = alignment!;
  return [
    ...(movedPixels > 0 ? [`${count(movedPixels)} moved by ${farthestMove} px`] : []),
    ...(spacePixels > 0 ? [`${count(spacePixels)} of blank space`] : []),
    ...(residuePixels > 0 ? [`${count(residuePixels)} drawn slightly differently where they moved`] : []),
  ];
}

function count(pixels: number): string {
  return `${pixels.toLocaleString('en-US')} ${pixels === 1 ? 'pixel' : 'pixels'}`;
}

/** Distortion for display: six decimals, and never 0 for a difference. */
export function formatDistortion(distortion: number): string {
  if (distortion === 0) return '0';
  return distortion < 0.000001 ? '< 0.000001' : distortion.toFixed(6);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A ratio, 0–1, with two decimals, and never 0 for a non-zero value. */
export function formatPercent(ratio: number): string {
  if (ratio > 0 && ratio < 0.0001) return '< 0.01 %';
  return `${(ratio * 100).toFixed(2)} %`;
}
