/**
 * The results of a local run of `dpxdt test` or `dpxdt update`. Written as `results.json`, read by
 * `dpxdt approve` and `dpxdt report`, and embedded in the HTML report.
 */

import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import type { Alignment } from '../../domain/comparison/alignment.ts';
import type {
  BeyondMaxMove,
  ComparisonSettings,
  ImageSize,
  Region,
} from '../../domain/comparison/comparison.ts';
import type { FailureReason, IncompletePart } from '../../domain/capture/capture.ts';
import type { EnvironmentDifference, RecordedEnvironment } from '../../domain/capture/environment.ts';
import type { ReportedWarning } from '../../domain/capture/capture-warning.ts';

/** One word per test. `new`: no baseline yet. `updated`, `unchanged`: outcomes of `update`. */
export type LocalTestState = 'same' | 'differs' | 'new' | 'failed' | 'updated' | 'unchanged';

/**
 * Where an image is. In `results.json` always a path, from the report's folder, with forward slashes. In the HTML
 * `embedded` names a `<script type="text/plain" id="…">` with the file's bytes in base64, where they were put in.
 */
export interface ReportImage extends ImageSize {
  path: string;
  sha1sum: string;
  embedded?: string;
}

export interface ReportComparison {
  same: boolean;
  canvas: ImageSize;
  distortion: number;
  changedPixels: number;
  diffRatio: number;
  allowedPixels: number;
  antiAliasedPixels: number;
  belowThresholdPixels: number;
  regions: Region[];
  regionCount: number;
  /** Pixels that differ but do not count. */
  forgivenPixels: number;
  /** Boxes around them; `changedPixels` is how many are forgiven. */
  forgivenRegions: Region[];
  forgivenRegionCount: number;
  /** Differences that the comparison ignores, one sentence each. */
  ignored: string[];
  /**
   * What moved, and what changed apart from moving; null if no pixel changed. Reports of earlier versions have neither
   * this nor `moves`.
   */
  alignment?: Alignment | null;
  /** The same in words: `moved down 64 px, 1 added, 0 changed`; null if nothing moved. */
  moves?: string | null;
  /** Only where moves are tolerated, but not this far. */
  beyondMaxMove?: BeyondMaxMove;
  metric: { name: string; version: number };
  settings: ComparisonSettings;
  /** Set if only forgiven pixels differ: how many were forgiven, and why. */
  hidden: string | null;
  durationMs: number;
}

export interface ReportFailure {
  /**
   * `setup_failed`, `wait_for_failed`: the file's own stanzas; `source_failed`: the pages of a sitemap or a crawl could not
   * be found; `reference_missing`: run `update` first.
   */
  reason:
    | FailureReason
    | 'setup_failed'
    | 'wait_for_failed'
    | 'source_failed'
    | 'reference_missing'
    | 'browser_missing'
    | 'internal';
  message: string;
}

/** One of several captures of a test that differed at first (`--retries`). */
export interface LocalTry {
  state: 'same' | 'differs' | 'failed';
  /** Its screenshot; null if the capture failed. */
  image: ReportImage | null;
  /** Path of the overlay image from the report's folder; only when it differs. */
  diffPath: string | null;
  /** The result in one sentence. */
  words: string;
}

export interface LocalTestResult {
  /** The test's name, with `@viewport` where it was fanned out. */
  name: string;
  /** Its YAML file, relative to the current folder. */
  file: string;
  url: string;
  /** Set for `run`/`ref` tests. */
  refUrl?: string;
  state: LocalTestState;
  /** The baseline's file, relative to the current folder; it may not exist. */
  reference: string;
  /** The baseline; null while there is none. */
  before: ReportImage | null;
  /** The screenshot of this run; null if the capture failed. */
  after: ReportImage | null;
  /** Path of the page's recorded structure from the report's folder; null or missing if there is none. */
  dom?: string | null;
  /** The 1-bit mask of changed pixels; only when they differ. */
  mask: ReportImage | null;
  /** The 1-bit mask of forgiven pixels; null where none was. */
  forgivenMask: ReportImage | null;
  /** The 1-bit mask of what changed apart from moving, of the size of `after`; null if nothing moved. Reports of earlier versions have none. */
  alignedMask?: ReportImage | null;
  /** Path of the overlay image from the report's folder; only when they differ. */
  diffPath: string | null;
  comparison: ReportComparison | null;
  failure: ReportFailure | null;
  /** What the window showed when a step failed; missing if none did. */
  failureImage?: ReportImage;
  attempts: number;
  /**
   * Every capture, in order, where a difference was tried again; the images and the comparison of the result are those of
   * the last one that was compared. If that one is the same, the test is `same` and `flaky`.
   */
  tries?: LocalTry[];
  /** True for a test that differed at first and was the same when it was captured again. */
  flaky?: boolean;
  /** Screenshots until two were equal; null without an image. */
  shots: number | null;
  /** False if no two screenshots in a row were equal. */
  settled: boolean | null;
  /**
   * Parts of the page that did not load, at most 50, secrets masked. Reports of earlier versions have neither this
   * nor the count.
   */
  incomplete?: IncompletePart[];
  /** Also those beyond `incomplete`. */
  incompleteCount?: number;
  /** What may not be as meant, although the capture succeeded. Reports of earlier versions have none. */
  warnings?: ReportedWarning[];
  /** With what the page was captured; reports of earlier versions do not have it. */
  environment?: RecordedEnvironment;
  /** In what its baseline was captured differently; null: in nothing, or it is not known. */
  environmentChange?: EnvironmentDifference[] | null;
  /** The capture log, secrets masked. */
  log: string;
  durationMs: number;
  /** The capture config of the test with its secrets masked. */
  config: Record<string, unknown>;
}

export interface LocalReport {
  version: 1;
  command: 'test' | 'update';
  toolVersion: string;
  /** The folder with the YAML files, as given. */
  folder: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  browserVersion: string | null;
  /** For example `linux x64, Node 24.21.0`. */
  platform: string;
  tests: LocalTestResult[];
  /** The changes of tests that differ, grouped over all tests; reports of earlier versions have none. */
  changes?: ChangeGroup[];
  /** One sentence for each way in which baselines of tests that differ were captured differently. */
  environment?: string[];
  /** Baseline files without a test in the config, relative to the current folder. */
  unusedReferences: string[];
}
