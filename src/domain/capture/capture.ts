/** The outcome of a capture as data, and the reasons why a capture or a comparison can fail. */

import type { CaptureEngine } from './environment.ts';
import type { CaptureWarning } from './capture-warning.ts';

/** Transient reasons: tried up to three times. */
export const transientFailureReasons = [
  'capture_timeout',
  'page_crashed',
  'page_out_of_memory',
  'connection_failed',
  'comparison_timeout',
  'page_incomplete',
  // What a step waits for may come late on a busy machine, as with every other time limit.
  'step_failed',
] as const;

/** Permanent reasons: not retried. `http_status` is transient for 5xx and permanent for 4xx. */
export const permanentFailureReasons = [
  'http_auth_required',
  'tls_error',
  'too_many_redirects',
  'page_never_settles',
  'page_too_large',
  'page_is_a_download',
  'empty_response',
  'script_error',
  'selector_missing',
  'secret_missing',
  'url_not_allowed',
  'egress_blocked',
  'image_invalid',
  'image_too_large',
] as const;

export type FailureReason =
  (typeof transientFailureReasons)[number] | (typeof permanentFailureReasons)[number] | 'http_status';

/** Why a capture or a comparison failed: a code for machines, a sentence for people. */
export interface Failure {
  reason: FailureReason;
  /** One sentence with the number or value that caused the failure. */
  message: string;
  /** Present with `http_status`: 400–599. */
  httpStatus?: number;
}

/** `1 part of the page`, `3 parts of the page`. */
export function countParts(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'part' : 'parts'} of the page`;
}

export const maxCaptureAttempts = 3;

/** Maximum number of listed parts that did not load; further ones are only counted. */
export const maxIncompleteParts = 50;

/** An image, style sheet, script, font or frame of a page that failed or was still loading when the page was captured. */
export interface IncompletePart {
  /** Secrets masked; at most 2,048 characters. */
  url: string;
  /** A phrase such as `status 404` or `net::ERR_CONNECTION_RESET`; at most 300 characters. */
  why: string;
}

/** Whether another attempt may succeed. */
export function isTransient(failure: Failure): boolean {
  if (failure.reason === 'http_status') return (failure.httpStatus ?? 0) >= 500;
  return (transientFailureReasons as readonly FailureReason[]).includes(failure.reason);
}

export interface CapturedPage {
  ok: true;
  /** A PNG, 8-bit RGB or RGBA. */
  image: Uint8Array;
  /** Device pixels. */
  width: number;
  height: number;
  /** Screenshots taken until two in a row were equal; 1 when the first equaled the expected image. */
  shots: number;
  /** False when no two screenshots in a row were equal before the cap; the last screenshot is used. */
  settled: boolean;
  /** The structure of the page as a file, to name what changed; null: not recorded. */
  dom: Uint8Array | null;
  /** Parts of the page that did not load, in order of failure; at most {@link maxIncompleteParts}. */
  incomplete: readonly IncompletePart[];
  /** Number of parts that did not load, including those beyond `incomplete`. */
  incompleteCount: number;
  /** Further screenshots of the same visit, in order. */
  named?: readonly NamedShot[];
  /** In the order in which they were noticed; at most {@link maxCaptureWarnings}. */
  warnings: readonly CaptureWarning[];
  /** Plain text, secrets masked. */
  log: string;
  durationMs: number;
  /** Stages with durations, in order. */
  stages: readonly { name: string; durationMs: number }[];
  /** For example `Chromium 156.0.8078.79`. */
  browserVersion: string;
  engine: CaptureEngine;
}

/** A further screenshot of the same visit. */
export type NamedShot = Omit<CapturedPage, 'ok' | 'named' | 'warnings' | 'log' | 'stages'> & { name: string };

export interface FailedCapture {
  ok: false;
  failure: Failure;
  /** With `step_failed`: a PNG of what the window showed at that moment. */
  image?: Uint8Array;
  /** Further screenshots taken before the failure, in order. */
  named?: readonly NamedShot[];
  /** With `page_incomplete`, as in {@link CapturedPage}. */
  incomplete?: readonly IncompletePart[];
  incompleteCount?: number;
  log: string;
  durationMs: number;
}

export type CaptureOutcome = CapturedPage | FailedCapture;

/** The outcome of a further screenshot of a visit: one that was taken before a step failed is a success. */
export function outcomeOfShot(visit: CaptureOutcome, name: string): CaptureOutcome {
  const shot = visit.named?.find((one) => one.name === name);
  if (shot === undefined) {
    if (!visit.ok) return visit;
    const failure: Failure = { reason: 'step_failed', message: `The capture has no shot "${name}".` };
    return { ok: false, failure, log: visit.log, durationMs: visit.durationMs };
  }
  const { name: _name, ...page } = shot;
  return {
    ok: true,
    ...page,
    warnings: visit.ok ? visit.warnings : [],
    log: visit.log,
    stages: visit.ok ? visit.stages : [],
  };
}
