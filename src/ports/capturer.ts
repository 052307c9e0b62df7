import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../domain/capture/capture.ts';

export interface CaptureRequest {
  url: string;
  config: CaptureConfig;
  /** A settled image of this page: a first screenshot with the same bytes needs no second one. */
  expected?: Uint8Array;
  /** Aborts the capture; its outcome is then ignored. */
  signal?: AbortSignal;
  /** Called for each stage: `loading`, `settling`, `shooting` … */
  onStage?: (stage: string) => void;
}

/** Takes screenshots of pages. Safe to call concurrently; excess calls are queued. */
export interface Capturer {
  /** Starts the browser before the first capture; `capture` reports any failure. */
  start?(): Promise<void>;
  /**
   * One attempt. A page that cannot be captured is an outcome, not an exception.
   *
   * @throws AppError `browser_missing` when there is no browser to start
   */
  capture(request: CaptureRequest): Promise<CaptureOutcome>;
  /** Stops the browser and all of its processes. */
  close(): Promise<void>;
}
