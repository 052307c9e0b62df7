/** What an attempt at a call says about the next one. */

import type { AppError } from '../base/errors.ts';
import { plainReason } from '../base/plain-reason.ts';
import { brokenBetween, refusedUntouched } from './refusal.ts';

const longestAskedWaitMs = 60_000;

/** Network errors before any byte was sent: always safe to retry. */
const notConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** The answer had begun, and its end never came. */
export class AnswerLost extends Error {
  constructor(cause: unknown) {
    super('The answer was cut short.', { cause });
    this.name = 'AnswerLost';
  }
}

/** Whether another server should be asked. A call that its caller ended says nothing, unless it waited too long. */
export function isDown(outcome: Response | Error, signal: AbortSignal | undefined): boolean {
  if (outcome instanceof Response) return outcome.status === 503 || brokenBetween.has(outcome.status);
  return signal?.aborted !== true || (signal.reason as Error | undefined)?.name === 'TimeoutError';
}

export function isRetryable(
  outcome: Response | Error,
  refused: AppError | null,
  repeatable: boolean,
): boolean {
  if (outcome instanceof AnswerLost) return repeatable;
  if (!(outcome instanceof Response)) return repeatable || notConnected.has(networkCode(outcome) ?? '');
  if (refused?.code === 'outcome_unknown') return repeatable;
  return refusedUntouched.has(outcome.status) || (repeatable && brokenBetween.has(outcome.status));
}

export function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? Math.min(longestAskedWaitMs, Math.max(0, seconds * 1_000)) : null;
}

function networkCode(error: Error): string | null {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : null;
}

export function reasonOf(error: Error): string {
  const { cause } = error;
  const detail =
    cause instanceof Error && cause.message !== '' ? cause.message : (networkCode(error) ?? error.message);
  return plainReason(detail);
}
