import type { LocalPage } from '../contract/files/local-config.ts';
import { isTransient, maxCaptureAttempts, type CaptureOutcome } from '../domain/capture/capture.ts';
import type { Capturer } from '../ports/capturer.ts';
import type { RunListener } from './events.ts';

export interface CaptureWithRetries {
  outcome: CaptureOutcome;
  attempts: number;
  /** The logs of all attempts. */
  log: string;
}

const keptLogCharacters = 65_536;

/**
 * Captures a page; retries failures that may be transient immediately, three attempts in all.
 *
 * @throws the signal's reason when it is aborted
 */
export async function captureWithRetries(
  capturer: Capturer,
  name: string,
  page: LocalPage,
  expected: { bytes: Uint8Array; isDomKnown: boolean } | null,
  signal: AbortSignal,
  onEvent: RunListener,
): Promise<CaptureWithRetries> {
  const logs: string[] = [];
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const outcome = await untilAborted(
      capturer.capture({
        ...page,
        ...(expected === null ? {} : { expected: expected.bytes, isDomKnown: expected.isDomKnown }),
        signal,
        onStage: (stage) => onEvent({ type: 'test_stage', name, stage }),
      }),
      signal,
    );
    signal.throwIfAborted();
    logs.push(outcome.log);
    if (outcome.ok || !isTransient(outcome.failure) || attempt === maxCaptureAttempts) {
      return { outcome, attempts: attempt, log: joinLogs(logs) };
    }
    onEvent({ type: 'test_retried', name, attempt, failure: outcome.failure });
  }
}

/** A capture that ignores its signal must not block an interrupted run. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
  }
}

function joinLogs(logs: readonly string[]): string {
  const text =
    logs.length === 1
      ? logs[0]!
      : logs.map((log, index) => `--- attempt ${index + 1} of ${logs.length} ---\n${log}`).join('\n');
  if (text.length <= keptLogCharacters) return text;
  const half = keptLogCharacters / 2;
  return `${text.slice(0, half)}\n[… ${text.length - keptLogCharacters} characters left out …]\n${text.slice(-half)}`;
}
