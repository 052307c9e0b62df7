import type { CaptureConfig } from '../domain/capture/capture-config.ts';

/** A page for the server to capture. */
export interface CaptureRun {
  kind: 'capture';
  /** Pairs the run with its baseline; unique in the release. */
  name: string;
  url: string;
  config: CaptureConfig;
  /** Captured too and compared with; without it the run is compared with the newest good release. */
  ref?: { url: string; config: CaptureConfig };
}

/** An image that something else has made, compared with the newest good release. */
export interface ImageRun {
  kind: 'image';
  name: string;
  /** Where the image was taken, for people. */
  url: string | null;
  /** From the process's current folder. */
  imagePath: string;
  /** A text about how the image was made. */
  logPath: string | null;
}

/** A run that has failed already, before the server could do anything for it. */
export interface FailedRun {
  kind: 'failed';
  name: string;
  url: string | null;
  /** One sentence. */
  message: string;
  logPath?: string | null;
}

/** One run of a release to be. */
export type PlannedRun = CaptureRun | ImageRun | FailedRun;

/** Runs as a list, or as they are found: a crawler may yield them while the first are captured. */
export type PlannedRuns = Iterable<PlannedRun> | AsyncIterable<PlannedRun>;
