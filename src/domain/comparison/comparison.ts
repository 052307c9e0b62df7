/** The comparison of two images: its settings, its result, and the rule that calls them same or different. */

/** What becomes of pixels that anti-aliasing may have changed. */
export const antialiasingRules = ['slight', 'forgive', 'count'] as const;

/**
 * `slight`: forgiven where they are on a slope and changed little for the contrast around them, and while few are in one
 * place. `forgive`: forgiven wherever they are on a slope, however much they changed. `count`: none is forgiven.
 */
export type AntialiasingRule = (typeof antialiasingRules)[number];

export interface ComparisonSettings {
  /** Colour tolerance, 0 (every step counts) to 1, in the YIQ metric of Kotsarenko & Ramos 2010. */
  threshold: number;
  antialiasing: AntialiasingRule;
  /** At most this many pixels may have changed. */
  maxDiffPixels?: number;
  /** At most this share of all pixels may have changed, 0–1. With `maxDiffPixels` too, both must hold. */
  maxDiffPixelRatio?: number;
  /** `true`: images that are the same only because pixels were forgiven are different. */
  failOnForgiven?: boolean;
}

export const comparisonDefaults: ComparisonSettings = { threshold: 0, antialiasing: 'slight' };

/** The settings as a config spells them: `includeAA` is the older name of two of the anti-aliasing rules. */
export type ComparisonOptions = Partial<ComparisonSettings> & { includeAA?: boolean };

/** The rule that the older key names: `true` counts, `false` given explicitly forgives. */
export function antialiasingOf(includeAA: boolean): AntialiasingRule {
  return includeAA ? 'count' : 'forgive';
}

/** Whether a config that says both says two things. */
export function contradictsItself({ antialiasing, includeAA }: ComparisonOptions): boolean {
  return antialiasing !== undefined && includeAA !== undefined && antialiasingOf(includeAA) !== antialiasing;
}

/** How a config judges; what it does not say has its default. */
export function comparisonSettings(options: ComparisonOptions): ComparisonSettings {
  const { threshold, antialiasing, includeAA, maxDiffPixels, maxDiffPixelRatio, failOnForgiven } = options;
  const older = includeAA === undefined ? comparisonDefaults.antialiasing : antialiasingOf(includeAA);
  return {
    threshold: threshold ?? comparisonDefaults.threshold,
    antialiasing: antialiasing ?? older,
    ...(maxDiffPixels !== undefined && { maxDiffPixels }),
    ...(maxDiffPixelRatio !== undefined && { maxDiffPixelRatio }),
    ...(failOnForgiven !== undefined && { failOnForgiven }),
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
  /** Normalised RMSE, 0–1, over every pixel that differs, whatever the threshold hides. */
  distortion: number;
  /** Pixels that count as changed: over the threshold and not anti-aliasing. */
  changedPixels: number;
  /** Pixels over the threshold that were forgiven as anti-aliasing; 0 with the rule `count`. */
  antiAliasedPixels: number;
  /** Pixels that differ by less than the threshold. */
  belowThresholdPixels: number;
  /** In reading order; together they hold every changed pixel. At most {@link maxRegions}: of more, near ones are joined. */
  regions: Region[];
  /** Regions there were before near ones were joined to fit the list. */
  regionCount: number;
  /** The mask of changed pixels as a 1-bit palette PNG; null when no pixel changed or none was asked for. */
  mask: Uint8Array | null;
  /**
   * Pixels that differ and do not count: anti-aliased ones, those below the threshold, and, where the limits make the
   * images the same, those within the limits.
   */
  forgivenPixels: number;
  /** Boxes around the forgiven pixels, like `regions`; `changedPixels` is how many are forgiven. */
  forgivenRegions: Region[];
  forgivenRegionCount: number;
  /** The mask of forgiven pixels, like `mask` in another colour; null when none was forgiven or none was asked for. */
  forgivenMask: Uint8Array | null;
  /**
   * Digest of the change: which pixels, and what each of them was and became. Equal for the same change in two pages
   * that are otherwise unlike. Null when no pixel changed or no mask was asked for.
   */
  changeKey: string | null;
  /** What the images differ in and no comparison looks at (a colour profile, later frames …): one sentence each. */
  ignored: string[];
}

/** How a change key begins. Another one when keys are made in another way, so that they never match older ones. */
const changeKeyPrefix = 'change1:';

/** @param digest of everything that {@link ImageDifference.changeKey} tells apart */
export function changeKeyOf(digest: string): string {
  return `${changeKeyPrefix}${digest}`;
}

/** Whether equal keys mean the same change. Keys that older workers sent were digests of the mask alone. */
export function isChangeKey(key: string): boolean {
  return key.startsWith(changeKeyPrefix);
}

export const maxRegions = 200;

export interface ComparisonResult extends ImageDifference {
  same: boolean;
  /** `changedPixels` ÷ pixels of the canvas, 0–1. */
  diffRatio: number;
  /** Largest `changedPixels` that still counts as same. */
  allowedPixels: number;
  metric: typeof comparisonMetric;
  durationMs: number;
}

/** Largest number of changed pixels on a canvas that still counts as same; each limit that is given must hold. */
export function allowedPixels(settings: ComparisonSettings, canvas: ImageSize): number {
  const limits: number[] = [];
  if (settings.maxDiffPixels !== undefined) limits.push(settings.maxDiffPixels);
  if (settings.maxDiffPixelRatio !== undefined) {
    limits.push(Math.floor(settings.maxDiffPixelRatio * canvas.width * canvas.height));
  }
  return limits.length === 0 ? 0 : Math.min(...limits);
}

/**
 * The verdict: same when no more pixels changed than the settings allow; with `failOnForgiven`, only when none was
 * forgiven either.
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
      difference.changedPixels <= allowed &&
      !(settings.failOnForgiven === true && difference.forgivenPixels > 0),
    diffRatio: pixels === 0 ? 0 : difference.changedPixels / pixels,
    allowedPixels: allowed,
    metric: comparisonMetric,
    durationMs,
  };
}

/**
 * A sentence when nothing but what the settings forgive differs, else null: a threshold or the anti-aliasing rule must
 * never hide a difference silently.
 */
export function hiddenDifference(result: ComparisonResult): string | null {
  if (result.changedPixels > result.allowedPixels) return null;
  const parts: string[] = [];
  if (result.changedPixels > 0)
    parts.push(`${count(result.changedPixels)} within the allowed ${count(result.allowedPixels)}`);
  if (result.antiAliasedPixels > 0) parts.push(`${count(result.antiAliasedPixels)} as anti-aliasing`);
  if (result.belowThresholdPixels > 0)
    parts.push(`${count(result.belowThresholdPixels)} below the threshold`);
  if (parts.length === 0) return null;
  return `Forgiven: ${parts.join(', ')}; distortion ${formatDistortion(result.distortion)}.`;
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
