/** Messages between the comparer and its threads. Everything here survives structured cloning. */
import type {
  ComparisonSettings,
  ImageDifference,
  ImageSize,
  Region,
} from '../../domain/comparison/comparison.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { ImageSource } from '../../ports/comparer.ts';

export interface ThreadData {
  kernel: WebAssembly.Module;
  /** Larger files are refused without being read, bytes. */
  maxFileBytes: number;
}

export interface CompareJob {
  kind: 'compare';
  before: ImageSource;
  after: ImageSource;
  settings: ComparisonSettings;
  withMask: boolean;
  maxPixels: number;
}

export interface OverlayJob {
  kind: 'overlay';
  after: ImageSource;
  canvas: ImageSize;
  mask: Uint8Array | null;
  regions: Region[];
  forgivenMask: Uint8Array | null;
  forgivenRegions: Region[];
  maxPixels: number;
}

export interface PixelsJob {
  kind: 'pixels';
  image: ImageSource;
  maxPixels: number;
}

export type Job = CompareJob | OverlayJob | PixelsJob;

export interface JobResults {
  compare: { difference: ImageDifference; durationMs: number };
  overlay: Uint8Array<ArrayBuffer>;
  pixels: string;
}

export type ThreadAnswer =
  | { ok: true; result: JobResults[Job['kind']]; memoryBytes: number }
  | { ok: false; error: ThreadError; memoryBytes: number };

export interface ThreadError {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}
