/** Times are epoch milliseconds; files are named by their lower-case hex digest. */

import type { BaselineChoice } from '../baselines/choose-baseline.ts';
import type { CaptureDetails } from '../capture/capture-details.ts';
import type { ComparisonDetails } from '../comparison/comparison-details.ts';
import type { RunShard } from '../releases/shards.ts';
import type { Approval, EarlierVerdict, Verdict, VerdictOrigin, VerdictSource } from './verdict.ts';

export const runStatuses = [
  'data_pending',
  'needs_diff',
  'diff_found',
  'diff_approved',
  'diff_not_found',
  'no_diff_needed',
  'failed',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Why a capture or comparison has no result: a reason code and a sentence. */
export interface RunFailure {
  /**
   * One of contract 7's reasons, or `canceled`, `other_side_failed`, `attempts_exhausted`,
   * `no_result`, `never_reported`, `reported`.
   */
  reason: string;
  message: string;
  /** With `http_status`. */
  httpStatus?: number;
  /** With `step_failed`: digest of a image of what the window showed. */
  image?: string;
  /** The log of the failed attempt, if the slot's own log must stay empty: a `diff_log` alone means "same". */
  log?: string;
}

export type CaptureState = 'none' | 'requested' | 'done' | 'failed';

/** One side of a run: the current page or its baseline. */
export interface CaptureSlot {
  state: CaptureState;
  url: string | null;
  image: string | null;
  log: string | null;
  config: string | null;
  /** Why it failed; while `requested`, why the last attempt failed. */
  failure: RunFailure | null;
  /** Captures requested so far; part of the task's id. */
  requests: number;
  details: CaptureDetails | null;
}

/** The comparison of the two sides. */
export interface DiffSlot {
  /** The comparison failed. */
  failed: boolean;
  /** Present only if the images differ. */
  image: string | null;
  /** Mask of the forgiven pixels. */
  forgivenMask: string | null;
  /** Mask of what differs after alignment, in the after image. */
  alignedMask: string | null;
  /** Whether forgiven pixels count as a difference: from the config, else the build, at the time of the report. */
  failOnForgiven: boolean;
  log: string | null;
  /** 0 (equal) to 1. */
  distortion: number | null;
  failure: RunFailure | null;
  requests: number;
  details: ComparisonDetails | null;
}

export type SlotName = 'current' | 'ref' | 'diff';

/** One screenshot of one page in one release. */
export interface Run {
  id: number;
  buildId: number;
  releaseId: number;
  name: string;
  current: CaptureSlot;
  ref: CaptureSlot;
  /** The run that the ref side is copied from, if any. */
  baselineRunId: number | null;
  /** What was chosen to compare with and why; null where the client gave or requested both images. */
  baselineChoice: BaselineChoice | null;
  /** Former names of the page, in the order in which they are tried. */
  previousNames: readonly string[];
  /** SHA-256 of width, height and RGBA; null where no worker computed it. */
  pixelsSha256: string | null;
  /** Where the verdict was taken over from; null where a person gave it here. */
  verdictOrigin: VerdictOrigin | null;
  /** Null: one job sends the whole release. */
  shard: RunShard | null;
  /** Counts again if the new image is the same. */
  earlierVerdict: EarlierVerdict | null;
  /** Only workers with this label capture it; empty: any worker. */
  workerLabel: string;
  diff: DiffSlot;
  /** Computed from the facts; stored for queries. */
  status: RunStatus;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  /** Null: there is no verdict, or it was given before sources were kept. */
  verdictSource: VerdictSource | null;
  /** The reason that was given with the verdict. */
  verdictNote: string | null;
  /** Who approved it so far, where several people must; empty where one is enough. */
  approvals: readonly Approval[];
  /** Distinct changes that no decision covers yet. */
  openChanges: number;
  /** The release's version at this run's last change. */
  version: number;
  /** The release's version when the images or the comparison last changed. */
  factsVersion: number;
  createdAt: number;
  updatedAt: number;
}
