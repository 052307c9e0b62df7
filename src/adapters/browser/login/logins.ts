import { createHash } from 'node:crypto';
import type { CaptureOutcome } from '../../../domain/capture/capture.ts';
import type { CaptureConfig } from '../../../domain/capture/capture-config.ts';
import type { StorageState } from '../../../domain/capture/storage-state.ts';
import type { CaptureRequest } from '../../../ports/capturer.ts';

/** What a login left, or why it failed. */
export type LoginOutcome = { state: StorageState } | { failed: CaptureOutcome & { ok: false } };

/** A login that several captures share. */
export interface HeldLogin {
  key: string;
  outcome: Promise<LoginOutcome>;
}

const maxLogins = 100;
/** A login leaves time for the capture that waits for it. */
const longestLoginMs = 45_000;

/** The logins of a process: each once per scope and config, until it is dropped. */
export class Logins {
  readonly #held = new Map<string, HeldLogin>();

  /** Captures that ask at the same time share one login. */
  hold(request: CaptureRequest, logIn: () => Promise<LoginOutcome>): HeldLogin {
    const key = keyOf(request);
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const held = { key, outcome: logIn() };
    held.outcome.catch(() => this.drop(held));
    if (this.#held.size >= maxLogins) this.#held.delete(this.#held.keys().next().value!);
    this.#held.set(key, held);
    return held;
  }

  /** The next capture logs in again, unless another one has done so meanwhile. */
  drop(held: HeldLogin): void {
    if (this.#held.get(held.key) === held) this.#held.delete(held.key);
  }
}

/** Everything that decides who is logged in where. */
function keyOf({ url, config, scope = '' }: CaptureRequest): string {
  const { origin } = new URL(url);
  const { login, secrets, storageState, cookies, httpUserName, httpPassword } = config;
  const { extraHeaders, injectHeaders, userAgent, ignoreTlsErrors } = config;
  const parts = [scope, origin, login, secrets, storageState, cookies, httpUserName, httpPassword];
  const text = JSON.stringify([...parts, extraHeaders, injectHeaders, userAgent, ignoreTlsErrors]);
  return createHash('sha256').update(text).digest('hex');
}

/** The capture that a login is: its page and steps, without what concerns the screenshot. */
export function loginRequest(request: CaptureRequest): CaptureRequest {
  const { login, timeoutMs = longestLoginMs, ...config } = request.config;
  const kept: CaptureConfig = { ...config };
  for (const key of [
    'selector',
    'clipRect',
    'mask',
    'hideSelectors',
    'removeSelectors',
    'injectJs',
    'waitForSelector',
    'waitForFunction',
    'freezeTime',
    'window',
    'shot',
  ] as const)
    delete kept[key];
  return {
    url: new URL(login!.url, request.url).href,
    ...(request.signal !== undefined && { signal: request.signal }),
    config: {
      ...kept,
      steps: login!.steps,
      timeoutMs: Math.min(timeoutMs, longestLoginMs),
      fullPage: false,
      scroll: false,
      dom: false,
    },
  };
}
