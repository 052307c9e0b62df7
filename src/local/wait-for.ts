import type { WaitFor } from '../contract/files/local-config.ts';
import { AppError } from '../base/errors.ts';
import type { Clock } from '../ports/clock.ts';
import {
  lastLines,
  startScript,
  type RunningScript,
  type ScriptEnd,
  type ScriptOptions,
} from './bash-script.ts';

/** Gaps between the first requests, then the last one repeats: a server that starts quickly causes no long wait. */
const gapsMs = [50, 100, 150, 200, 500] as const;
const requestTimeoutMs = 5_000;

/** Whether anything answers at a URL, with any status. */
export async function answers(url: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return (await get(url, timeoutMs, signal)).status !== null;
}

/**
 * Waits until a URL answers with status 200, polling at least every 0.5 s; with `anyStatus`, until it answers at all.
 *
 * @throws AppError `setup_failed` with the outcome of the last request
 */
export async function waitForUrl(
  { url, timeoutMs }: { url: string; timeoutMs: number },
  { clock, signal, anyStatus = false }: { clock: Clock; signal: AbortSignal; anyStatus?: boolean },
): Promise<void> {
  const start = clock.monotonicMs();
  for (let request = 0; ; request++) {
    const left = timeoutMs - (clock.monotonicMs() - start);
    const { status, problem } = await get(url, Math.max(1, Math.min(left, requestTimeoutMs)), signal);
    signal.throwIfAborted();
    if (status === 200 || (anyStatus && status !== null)) return;
    const gap = gapsMs[Math.min(request, gapsMs.length - 1)]!;
    if (clock.monotonicMs() - start + gap >= timeoutMs) {
      const met = status === null ? problem : `status ${status}`;
      throw new AppError(
        'setup_failed',
        `waitFor: ${url} did not answer with status 200 within ${timeoutMs / 1_000} s (last: ${met}).`,
      );
    }
    await clock.sleep(gap, signal);
  }
}

async function get(
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ status: number | null; problem: string }> {
  try {
    const target = atHost(new URL(url));
    const headers: Record<string, string> = {};
    if (target.username !== '') {
      const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
      headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
      target.username = target.password = '';
    }
    const response = await fetch(target, {
      headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(timeoutMs))]),
    });
    await response.body?.cancel();
    return { status: response.status, problem: '' };
  } catch (error) {
    const { cause, message, name } = error as Error & { cause?: { code?: string; message?: string } };
    const problem = name === 'TimeoutError' ? 'no answer' : (cause?.code ?? cause?.message ?? message);
    return { status: null, problem };
  }
}

/**
 * Runs a `waitFor` script once.
 *
 * @throws AppError `setup_failed` with its output when it ends with a status other than 0 or takes too long
 */
export async function waitForScript(
  { script, timeoutMs }: Extract<WaitFor, { kind: 'script' }>,
  options: ScriptOptions & { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const running: RunningScript = await startScript(script, options);
  const timer = new AbortController();
  try {
    const end: ScriptEnd | null = await Promise.race([
      running.ended,
      options.clock.sleep(timeoutMs, AbortSignal.any([timer.signal, options.signal])).then(() => null),
    ]);
    if (end?.status === 0) return;
    const what = end === null ? `did not end within ${timeoutMs / 1_000} s` : describeEnd(end);
    throw new AppError('setup_failed', `The waitFor script ${what}.${outputOf(running)}`);
  } finally {
    timer.abort();
    await running.stop();
  }
}

/** `ended with status 3` or `was ended by SIGKILL`. */
export function describeEnd({ status, signal }: ScriptEnd): string {
  return status === null ? `was ended by ${signal}` : `ended with status ${status}`;
}

/** The last lines of a script's output, to be appended to a sentence. */
export function outputOf(script: RunningScript, name = 'It'): string {
  const text = lastLines(script.output(), 30);
  return text === '' ? ` ${name} printed nothing.` : ` ${name} printed:\n${text.replace(/^/gm, '  | ')}`;
}

/** In a container, this machine has another name (`dpxdt test --docker`). */
function atHost(url: URL): URL {
  const host = process.env.DPXDT_LOCALHOST;
  if (host !== undefined && /^(localhost|127\.0\.0\.1)$/.test(url.hostname)) url.hostname = host;
  return url;
}

/** What the wait is for, as shown to people: the URL, or the script's kind. */
export function describeWait(waitFor: WaitFor): string {
  return waitFor.kind === 'url' ? waitFor.url : 'the waitFor script';
}
