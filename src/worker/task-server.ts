import type { Secrets } from '../domain/capture/secrets.ts';
import type { CaptureDetails } from '../domain/capture/capture-details.ts';
import type { ComparisonDetails } from '../domain/comparison/comparison-details.ts';
import type { RunFailure } from '../domain/runs/run.ts';

/** A leased task. */
export interface LeasedTask {
  queue: string;
  id: string;
  leaseId: string;
  /** Including this one. */
  attempts: number;
  payload: unknown;
  /** Digest of the config that judges a comparison; null if there is none. */
  config: string | null;
  /** Digests of the recorded structures of the pages that a comparison is about; null if there are not both. */
  doms: { before: string; after: string } | null;
  /** Whether the digest of a screenshot's pixels is wanted. */
  withPixels: boolean;
  /** Names of further screenshots whose runs wait for this capture. */
  shots: readonly string[];
  /** The build's secrets that the config names. */
  secrets: Secrets;
  /** Secrets that the config names are kept from a release of a fork. */
  isFromFork: boolean;
  /** The trace that the task belongs to, or null. */
  traceparent: string | null;
}

export interface LeaseRequest {
  queue: string;
  owner: string;
  count: number;
  leaseMs: number;
  waitMs: number;
  labels: readonly string[];
  onlyLabeled: boolean;
}

/** The run that a task works for. */
export interface RunAddress {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
  runName: string;
}

/** A result as the API accepts it; only the properties that are present are set. */
export interface RunResult {
  image?: string;
  log?: string;
  refImage?: string;
  refLog?: string;
  runFailed?: boolean;
  diffImage?: string;
  /** Digest of the mask of forgiven pixels; unlike `diffImage` it does not make the run differ. */
  forgivenMask?: string;
  alignedMask?: string;
  diffLog?: string;
  diffFailed?: boolean;
  distortion?: number;
  failure?: RunFailure;
  comparison?: ComparisonDetails;
  capture?: CaptureDetails;
  /** Digest of what the run's own screenshot shows. */
  pixelsSha256?: string;
}

/**
 * What a worker needs of the server, local or remote: always over HTTP. Each call is one request; failures are AppErrors.
 */
export interface TaskServer {
  /** Waits up to `waitMs` for a first task. */
  lease(order: LeaseRequest, signal: AbortSignal): Promise<LeasedTask[]>;
  heartbeat(task: LeasedTask, beat: { message: string; index: number }, signal: AbortSignal): Promise<void>;
  /** @param failure null when the work is done */
  finish(task: LeasedTask, failure: RunFailure | null, signal: AbortSignal): Promise<void>;
  giveBack(task: LeasedTask, delayMs: number, signal: AbortSignal): Promise<void>;
  /** @returns the artifact's SHA-1 */
  upload(buildId: number, file: { name: string; bytes: Uint8Array }, signal: AbortSignal): Promise<string>;
  download(buildId: number, sha1: string, signal: AbortSignal): Promise<Uint8Array>;
  report(run: RunAddress, result: RunResult, leaseId: string, signal: AbortSignal): Promise<void>;
}
