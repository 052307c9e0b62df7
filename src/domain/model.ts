/** The server's entities. Times are epoch milliseconds, digests lower-case hex. */

import type { CiScope } from './forges/ci-claims.ts';
import type { BaselineChoice } from './baselines/choose-baseline.ts';
import type { HistoryKind } from './baselines/placed-release.ts';
import type { BaselineSettings } from './baselines/settings.ts';
import type { IncompletePart } from './capture/capture.ts';
import type { CaptureEngine } from './capture/environment.ts';
import type { ReportedWarning } from './capture/capture-warning.ts';
import type { Alignment } from './comparison/alignment.ts';
import type { Region } from './comparison/comparison.ts';
import type { Retention } from './releases/retention.ts';
import type { RunShard, ShardedRelease } from './releases/shards.ts';

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

/** One person's approval of a run that needs those of several. */
export interface Approval {
  /** An actor. */
  by: string;
  at: number;
}

/** `person`: given to the run as a whole. `changes`: follows from decisions on its changes. `carried`: taken over. */
export const verdictSources = ['person', 'changes', 'carried'] as const;
export type VerdictSource = (typeof verdictSources)[number];

/** One monitored product or site. */
export interface Build {
  id: number;
  name: string;
  /** Anyone may view it. */
  isPublic: boolean;
  /** Mail when a release is ready for review. */
  sendEmail: boolean;
  /** Recipient instead of all admins. */
  emailAlias: string | null;
  /** Whether forgiven pixels count as a difference, for runs whose config does not say. */
  failOnForgiven: boolean;
  /** The alias confirmed that it wants the mail, or the operator allowed its domain. */
  emailAliasConfirmed: boolean;
  baselineSettings: BaselineSettings;
  /** What captures ask for whose config does not say; empty: any worker. */
  workerLabel: string;
  retention: Retention;
  createdAt: number;
}

/** Source of a release's code, as reported by its client. */
export interface ReleaseSource {
  branch: string | null;
  /** Usually the commit hash. */
  commit: string | null;
  /** The page of the CI run; http or https. */
  ciUrl: string | null;
}

/** What else its client reported about git; all of it is written once, when the release is created. */
export interface ReleaseGit {
  /** The branch's own newest commit; another one than `commit` where CI built a test merge. */
  headCommit: string | null;
  baseBranch: string | null;
  /** Its number. */
  pullRequest: string | null;
  /** Host and path. */
  repository: string | null;
  /** Where the branch lives: that of a fork, or the same. */
  headRepository: string | null;
  /** Who wrote the newest commit. */
  author: { name: string | null; address: string | null } | null;
  history: HistoryKind;
  /** How the history was read: `full`, `fetched`, `shallow: …`, `none: …`. */
  historyNote: string | null;
  /** Shows a part of the pages only. */
  isSubset: boolean;
  /** Why there was nothing to show. */
  skipReason: string | null;
}

/** One attempt of a named set of runs. */
export interface Release extends ReleaseSource {
  id: number;
  buildId: number;
  name: string;
  /** 1, 2, 3 … under its name. */
  number: number;
  /** The release's landing page. */
  url: string | null;
  git: ReleaseGit;
  status: ReleaseStatus;
  /** Incremented with every change of the release or one of its runs. */
  version: number;
  /** `version` at the last change of `status`. */
  statusVersion: number;
  /** `version` at the last change of a comment; 0: there is none. */
  commentsVersion: number;
  createdAt: number;
  /** When `status` last changed. */
  statusAt: number;
  /** When the release or one of its runs last changed. */
  updatedAt: number;
  /** Who decided good or bad (an actor id), or null. */
  decidedBy: string | null;
  /** Reason for the decision: `superseded by #4`, `cancelled by the client` … */
  decisionNote: string | null;
  /** The build's when the release was created. */
  workerLabel: string;
  /** Whether a connection of its build may have to tell a forge of its changes. */
  tellsForges: boolean;
  /** Null: one job sends all of it. */
  shards: ShardedRelease | null;
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
  /** With `step_failed`: digest of a image of what the window showed. */
  image?: string;
  /** The log of the failed attempt, if the slot's own log must stay empty: a `diff_log` alone means "same". */
  log?: string;
}

/** How a screenshot was captured, as reported by its worker; absent for images from clients. */
export interface CaptureDetails {
  /** Pixels. */
  width: number;
  height: number;
  /** Screenshots taken until two in a row were equal. */
  shots: number;
  /** False when no two screenshots in a row were equal. */
  settled: boolean;
  browserVersion: string;
  durationMs: number;
  /** In order. */
  stages: { name: string; durationMs: number }[];
  /** Parts of the page that did not load, at most 50; absent if the worker did not report it. */
  incomplete?: IncompletePart[];
  /** Total, including those beyond `incomplete`. */
  incompleteCount?: number;
  /** What else the screenshot depends on; absent if the worker does not report it. */
  engine?: CaptureEngine;
  /** Absent if the worker does not report them. */
  warnings?: ReportedWarning[];
  /** Digest of the recorded structure of the page; absent: none was recorded. */
  dom?: string;
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

/** The run whose verdict counts here too, and the activity that it is written down in where a person judged it. */
export interface VerdictOrigin {
  runId: number;
  decisionId: number | null;
}

/** What was said about the image that a run had before its shard ran again. */
export interface EarlierVerdict {
  image: string;
  pixelsSha256: string | null;
  verdict: Exclude<Verdict, 'none'>;
  verdictBy: string | null;
  verdictAt: number | null;
  verdictOrigin: VerdictOrigin | null;
}

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

/** A stored file. */
export interface Artifact {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
  createdAt: number;
  /** The bytes of small, server-made artifacts; null if they are in the blob store. */
  content: Uint8Array | null;
}

export type TaskStatus = 'live' | 'done' | 'error' | 'canceled';

/** One unit of work in a queue. */
export interface Task {
  queue: string;
  id: string;
  /** Only workers that have it may lease the task; empty: any worker. */
  label: string;
  status: TaskStatus;
  payload: string;
  contentType: string;
  source: string | null;
  createdAt: number;
  /** When it may be leased; while leased, when the lease ends. */
  eta: number;
  /** When it may be leased next: `eta`, or later if an expired lease adds a wait. */
  dueAt: number;
  leaseAttempts: number;
  lastLease: number | null;
  /** The current lease, or the one that ended the task. */
  leaseId: string | null;
  owner: string | null;
  /** The worker key that holds the lease; null if a superuser leased it. */
  leasedBy: string | null;
  leaseMs: number | null;
  /** The deadline that heartbeats cannot extend. */
  deadline: number | null;
  message: string | null;
  messageIndex: number | null;
  finishedAt: number | null;
  error: string | null;
  /** The lease is over but the task lives on (given back, or waiting for another attempt). */
  leaseEnded: boolean;
  /** The run and slot that wait for the task; null for tasks added by clients. */
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
  /** The build it can access; null for superuser and worker keys. */
  buildId: number | null;
  superuser: boolean;
  /** Can access the work queue, and builds only through its leased tasks. */
  worker: boolean;
  createdAt: number;
  createdBy: string;
  revokedAt: number | null;
  lastUsedAt: number | null;
  /** A CI job got it for its token; null: a person or a server made it. */
  ci: CiScope | null;
  /** Null: it does not end. */
  expiresAt: number | null;
}

/** One entry of the activity log. */
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
  /** Makes a decision idempotent: one per subject. */
  operationId: string | null;
}

/** A release's runs by state. */
export interface StatusCounts {
  total: number;
  /** Waiting for a capture or a comparison. */
  waiting: number;
  /** Differs and has no verdict. */
  undecided: number;
  approved: number;
  rejected: number;
  /** Compared without differences. */
  same: number;
  /** Of `same`: those with forgiven pixels. */
  forgiven: number;
  /** No baseline. */
  new: number;
  failed: number;
  /** Of `failed`: those that a person accepted with a reason. */
  accepted: number;
  /** Of those with a verdict: those that took it over from an earlier one. */
  carried: number;
  /** Undecided or new runs that some of the people who must approve them have approved; part of those counts. */
  partlyApproved: number;
  /** Pages of the baseline that the release does not have, and whose removal no person has confirmed; part of no other count. */
  missing: number;
  /** Of `missing`: those that a new page of the release shows under another name; each is one of `new` too, until it is judged. */
  renamed: number;
}
