import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../domain/capture/capture.ts';

export interface CaptureRequest {
  url: string;
  config: CaptureConfig;
  /** An image of this page that stood still: a first screenshot with the same bytes needs no second one. */
  expected?: Uint8Array;
  /** Ends the capture early; the outcome is then never used. */
  signal?: AbortSignal;
  /** Called as the capture moves on: `loading`, `settling`, `shooting` … */
  onStage?: (stage: string) => void;
}

/** Takes screenshots of pages. Safe to call several times at once; more calls than it can serve wait their turn. */
export interface Capturer {
  /** Starts the browser ahead of the first capture; a failure shows in `capture`. */
  start?(): Promise<void>;
  /**
   * One attempt. A page that cannot be captured is an outcome, not an exception.
   *
   * @throws AppError `browser_missing` when there is no browser to start
   */
  capture(request: CaptureRequest): Promise<CaptureOutcome>;
  /** Ends the browser and everything it started. */
  close(): Promise<void>;
}
