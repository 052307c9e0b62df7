import type { ReportedWarning } from './capture-warning.ts';
import type { IncompletePart } from './capture.ts';
import type { CaptureEngine } from './environment.ts';

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
