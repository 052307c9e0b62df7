import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import type { StorageState } from '../domain/capture/storage-state.ts';
import type { CaptureOutcome } from '../domain/capture/capture.ts';

export interface CaptureRequest {
  url: string;
  config: CaptureConfig;
  /** A settled image of this page: if the first screenshot has the same bytes, no second one is needed. */
  expected?: Uint8Array;
  /** The structure of the page that `expected` shows is known: if it is captured again, it is not recorded. */
  isDomKnown?: boolean;
  /** Captures of different scopes share no login. */
  scope?: string;
  /** Called with what a login left that was made for this capture. */
  onLogin?: (state: StorageState) => void;
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
   * @throws AppError `browser_missing` if there is no browser to start
   */
  capture(request: CaptureRequest): Promise<CaptureOutcome>;
  /** Stops the browser and all of its processes. */
  close(): Promise<void>;
}
