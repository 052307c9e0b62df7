/** The things the server keeps, in the words of the domain. Times are epoch milliseconds, digests lower-case hex. */

import type { BaselineChoice } from './baselines/choose-baseline.ts';
import type { IncompletePart } from './capture.ts';
import type { Region } from './comparison.ts';

export const releaseStatuses = ['receiving', 'processing', 'reviewing', 'good', 'bad'] as const;
export type ReleaseStatus = (typeof releaseStatuses)[number];

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

export const verdicts = ['none', 'approved', 'rejected'] as const;
export type Verdict = (typeof verdicts)[number];

/** One product or site under watch. */
export interface Build {
  id: number;
  name: string;
  /** Anyone may look. */
  isPublic: boolean;
  /** Mail when a release is ready for review. */
  sendEmail: boolean;
  /** Where the mail goes instead of to all admins. */
  emailAlias: string | null;
  /** Whether forgiven pixels make a difference, where a run's config says nothing about it. */
  failOnForgiven: boolean;
  /** Whoever reads mail at the alias has said that it may come, or the operator has for its domain. */
  emailAliasConfirmed: boolean;
  createdAt: number;
}

/** Where the code of a release comes from, as its client said. */
export interface ReleaseSource {
  branch: string | null;
  /** Usually the hash. */
  commit: string | null;
  /** The page of the CI run; http or https. */
  ciUrl: string | null;
}

/** One attempt of a named set of runs. */
export interface Release extends ReleaseSource {
  id: number;
  buildId: number;
  name: string;
  /** 1, 2, 3 … under its name. */
  number: number;
  /** The release's homepage, for people. */
  url: string | null;
  status: ReleaseStatus;
  /** Goes up with every change of the release or of one of its runs. */
  version: number;
  /** `version` at the last change of `status`. */
  statusVersion: number;
  createdAt: number;
  /** The last change of `status`. */
  statusAt: number;
  /** The last change of the release or of one of its runs. */
  updatedAt: number;
  /** Who decided good or bad (an actor id), or null. */
  decidedBy: string | null;
  /** Why it was decided: `superseded by #4`, `cancelled by the client` … */
  decisionNote: string | null;
}

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
  /** The log of the failed attempt, where the slot's own log must stay empty: a `diff_log` alone means "same". */
  log?: string;
}

/** How a picture was taken, as the worker that took it says; absent where a client took it. */
export interface CaptureFacts {
  /** Pixels. */
  width: number;
  height: number;
  /** Until two in a row were equal. */
  shots: number;
  /** False when no two shots in a row were equal. */
  settled: boolean;
  browserVersion: string;
  durationMs: number;
  /** In order. */
  stages: { name: string; durationMs: number }[];
  /** What of the page did not arrive, at most 50; absent where the worker did not say. */
  incomplete?: IncompletePart[];
  /** Also those beyond `incomplete`. */
  incompleteCount?: number;
}

export type CaptureState = 'none' | 'requested' | 'done' | 'failed';

/** One side of a run: the current page or its baseline. */
export interface CaptureSlot {
  state: CaptureState;
  url: string | null;
  image: string | null;
  log: string | null;
  config: string | null;
  /** Why it failed; while `requested`, how the last attempt went. */
  failure: RunFailure | null;
  /** Captures asked for so far; part of the task's id. */
  requests: number;
  facts: CaptureFacts | null;
}

/** What the comparison measured, for the review page; absent where a foreign worker reported only the wire fields. */
export interface ComparisonFacts {
  changedPixels?: number;
  /** Changed pixels ÷ pixels of the canvas, 0–1. */
  diffRatio?: number;
  /** In reading order; they hold every changed pixel. */
  regions?: Region[];
  /** Regions there were before near ones were joined to fit the list. */
  regionCount?: number;
  before?: { width: number; height: number };
  after?: { width: number; height: number };
  canvas?: { width: number; height: number };
  /** What settings hid, in words. */
  hidden?: string;
  /** Pixels that differ and do not count: anti-aliased, below the threshold, or within limits that make it "same". */
  forgivenPixels?: number;
  /** Boxes around the forgiven pixels; `changedPixels` is how many are forgiven. */
  forgivenRegions?: Region[];
  forgivenRegionCount?: number;
  /** Whether forgiven pixels make a difference; only where the config says so or says not. */
  failOnForgiven?: boolean;
  /** What the pictures differ in and no comparison looks at, one sentence each. */
  ignored?: string[];
  /** Pixels over the threshold that were forgiven as anti-aliasing. */
  antiAliasedPixels?: number;
  /** Pixels that differ by less than the threshold. */
  belowThresholdPixels?: number;
  /** Digest of the change: equal keys changed in the same places in the same way. Of older workers: of the mask. */
  maskKey?: string;
  metric?: { name: string; version: number };
}

/** The comparison of the two sides. */
export interface DiffSlot {
  /** The comparison was given up. */
  failed: boolean;
  /** Its being there means "differs". */
  image: string | null;
  /** Mask of the pixels that differ and do not count. */
  forgivenMask: string | null;
  /** Whether forgiven pixels make a difference: what the config said, else the build, when it was reported. */
  failOnForgiven: boolean;
  log: string | null;
  /** 0 (equal) to 1. */
  distortion: number | null;
  failure: RunFailure | null;
  requests: number;
  facts: ComparisonFacts | null;
}

export type SlotName = 'current' | 'ref' | 'diff';

/** The run whose verdict counts here too, and the activity that it is written down in where a person judged it. */
export interface VerdictOrigin {
  runId: number;
  decisionId: number | null;
}

/** One screenshot of one page in one release. */
export interface Run {
  id: number;
  buildId: number;
  releaseId: number;
  name: string;
  current: CaptureSlot;
  ref: CaptureSlot;
  /** The run whose pictures the ref side copies, if it does. */
  baselineRunId: number | null;
  /** What was chosen to compare with and why; null where the client gave or asked for both pictures. */
  baselineChoice: BaselineChoice | null;
  /** Former names of the page, in the order in which they are tried. */
  previousNames: readonly string[];
  /** SHA-256 of width, height and RGBA; null where no worker computed it. */
  pixelsSha256: string | null;
  /** Where the verdict was taken over from; null where a person gave it here. */
  verdictOrigin: VerdictOrigin | null;
  diff: DiffSlot;
  /** Computed from the facts; kept so that it can be searched. */
  status: RunStatus;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  /** The release's version at this run's last change. */
  version: number;
  /** The release's version when the pictures or the comparison last changed. */
  factsVersion: number;
  createdAt: number;
  updatedAt: number;
}

/** A stored file. */
export interface Artifact {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
  createdAt: number;
  /** The bytes themselves where they are few and made by the server, else null: then they are in the blob store. */
  content: Uint8Array | null;
}

export type TaskStatus = 'live' | 'done' | 'error' | 'canceled';

/** One unit of work in a queue. */
export interface Task {
  queue: string;
  id: string;
  status: TaskStatus;
  payload: string;
  contentType: string;
  source: string | null;
  createdAt: number;
  /** When it may be leased; while leased, when the lease ends. */
  eta: number;
  /** When it may be leased next: `eta`, or later where the lease may run out and a wait follows. */
  dueAt: number;
  leaseAttempts: number;
  lastLease: number | null;
  /** The current lease, or the one that ended the task. */
  leaseId: string | null;
  owner: string | null;
  /** The worker key that holds the lease; null where a superuser leased it. */
  leasedBy: string | null;
  leaseMs: number | null;
  /** The end that heartbeats cannot move. */
  deadline: number | null;
  message: string | null;
  messageIndex: number | null;
  finishedAt: number | null;
  error: string | null;
  /** The lease is over but the task lives on (given back, or waiting for another attempt). */
  leaseEnded: boolean;
  /** The run and slot that wait for the task; null for tasks that clients added. */
  runId: number | null;
  releaseId: number | null;
  slot: SlotName | null;
}

/** An API key; the secret itself is never stored. */
export interface ApiKey {
  id: string;
  /** SHA-256 of the secret. */
  secretHash: string;
  purpose: string;
  /** The one build it reaches; null for superuser and worker keys. */
  buildId: number | null;
  superuser: boolean;
  /** Reaches the work queue, and builds only through the tasks that it has leased. */
  worker: boolean;
  createdAt: number;
  createdBy: string;
  revokedAt: number | null;
  lastUsedAt: number | null;
}

/** One line of the log of decisions and administration. */
export interface Activity {
  id: number;
  at: number;
  buildId: number | null;
  releaseId: number | null;
  runId: number | null;
  actor: string;
  /** `run_approved`, `release_good`, `key_created` … */
  kind: string;
  detail: Record<string, unknown>;
  /** `run:12`, `release:3` … */
  subject: string;
  /** Makes a decision repeat-safe: one per subject. */
  operationId: string | null;
}

/** A message to the outside that commits with the change it tells of. */
export interface OutboxMessage {
  id: number;
  releaseId: number;
  buildId: number;
  event: 'ready_for_review';
  createdAt: number;
  payload: Record<string, unknown>;
}

/** How many runs of a release are in which state. */
export interface StatusCounts {
  total: number;
  /** Waits for a capture or a comparison. */
  waiting: number;
  /** Differs and nobody has judged it. */
  undecided: number;
  approved: number;
  rejected: number;
  /** Compared, nothing differs. */
  same: number;
  /** Of those that are the same: only because pixels were forgiven. */
  forgiven: number;
  /** Nothing to compare with. */
  new: number;
  failed: number;
  /** Pages of the baseline that the release does not have, and whose removal no person has confirmed; part of no other count. */
  missing: number;
}
