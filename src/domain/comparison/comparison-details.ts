import type { Alignment } from './alignment.ts';
import type { BeyondMaxMove, Region } from './comparison.ts';

/** Measurements of the comparison; absent if a third-party worker reported only the wire fields. */
export interface ComparisonDetails {
  changedPixels?: number;
  /** Changed pixels ÷ pixels of the canvas, 0–1. */
  diffRatio?: number;
  /** In reading order; together they cover every changed pixel. */
  regions?: Region[];
  /** Number of regions before nearby ones were merged to fit the list. */
  regionCount?: number;
  before?: { width: number; height: number };
  after?: { width: number; height: number };
  canvas?: { width: number; height: number };
  /** What settings forgave, as a sentence. */
  hidden?: string;
  /** Pixels that differ but do not count: anti-aliased, below the threshold, or within limits that make it "same". */
  forgivenPixels?: number;
  /** Boxes around the forgiven pixels; `changedPixels` is how many are forgiven. */
  forgivenRegions?: Region[];
  forgivenRegionCount?: number;
  /** Whether forgiven pixels count as a difference; only if the config says. */
  failOnForgiven?: boolean;
  /** Differences that the comparison ignores, one sentence each. */
  ignored?: string[];
  /** Pixels over the threshold that were forgiven as anti-aliasing. */
  antiAliasedPixels?: number;
  /** Pixels that differ by less than the threshold. */
  belowThresholdPixels?: number;
  metric?: { name: string; version: number };
  /** Absent if the images were not aligned. */
  alignment?: Alignment;
  /** Only where moves are tolerated, but not this far. */
  beyondMaxMove?: BeyondMaxMove;
}
