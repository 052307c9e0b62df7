import { AppError } from '../base/errors.ts';
import { AnswerLost, isDown, isRetryable, reasonOf, retryAfterMs } from './attempt-outcome.ts';
import { refusal } from './refusal.ts';
import { ServerList } from './server-list.ts';

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: BodyInit;
  signal: AbortSignal;
  redirect: 'error' | 'follow';
  /** Needed by Node for bodies that stream. */
  duplex?: 'half';
  /** Continues after the user leaves the page. */
  keepalive?: boolean;
}

export interface CallOptions {
  /** Aborts the call and any waiting between attempts; it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How often this call is tried; default: the client's number. */
  maxAttempts?: number;
  /** In browsers: continues after the user leaves the page. At most 64 KiB of such bodies may be in flight. */
  keepalive?: boolean;
}

export interface ClientOptions {
  /**
   * The server's address, e.g. `http://localhost:5000`; a trailing `/api` is removed. Several are servers of one database
   * in order of preference: if one does not answer, the next attempt goes to another.
   */
  server: string | readonly string[];
  /** Id and secret of an API key; without them, the server must not require a login. */
  keyId?: string | undefined;
  keySecret?: string | undefined;
  /** Whether images may come from the storage behind the server, if it sends clients there; default false. */
  followsDownloads?: boolean;
  /** Default: the global one. */
  fetch?: Fetch;
  /** Attempts per call; default 5. */
  maxAttempts?: number;
  /** Time limit of one attempt until its answer begins; default 60,000. Waiting requested by the call is added. */
  timeoutMs?: number;
  /** Waits between attempts; tests inject one that does not. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A number in [0, 1): spreads the retries of many clients. */
  random?: () => number;
  /** Monotonic milliseconds: when to try a server again that did not answer. */
  now?: () => number;
}

/** Says who asks. */
export interface Credentials {
  /** @throws AppError where they cannot be had */
  headers(method: string): Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  /** Whether other headers are worth one more attempt after this refusal. */
  renew(refused: AppError): boolean;
}

export interface TransportOptions extends ClientOptions {
  /** Default: those of `keyId`. */
  credentials?: Credentials;
  /** If the server requests a longer wait, the call fails immediately; default: any wait, limited to a minute. */
  maxAskedWaitMs?: number;
}

export interface Attempt extends CallOptions {
  method: string;
  /** From the server's root. */
  path: string;
  headers?: Record<string, string>;
  /** Created for every attempt. */
  body?: () => BodyInit;
  /** Whether it may be resent even if the server may have acted on it. */
  repeatable: boolean;
  /** Whether a redirect to another address is followed, which gets no key; default: it is an error. */
  followsRedirect?: boolean;
  /** Added to the client's time limit. */
  extraMs?: number;
}

const defaultTimeoutMs = 60_000;
const defaultAttempts = 5;
const firstWaitMs = 250;
const longestWaitMs = 8_000;

/** Sends requests, retries if safe, and turns refusals into AppErrors. */
export class Transport {
  /** Whether downloads may be redirected. */
  readonly followsDownloads: boolean;
  readonly #servers: ServerList;
  readonly #credentials: Credentials;
  readonly #fetch: Fetch;
  readonly #maxAttempts: number;
  readonly #timeoutMs: number;
  readonly #maxAskedWaitMs: number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #random: () => number;

  constructor(options: TransportOptions) {
    const servers = [options.server].flat().map(serverRoot);
    this.#servers = new ServerList(servers, options.now ?? (() => performance.now()));
    this.followsDownloads = options.followsDownloads ?? false;
    this.#credentials = options.credentials ?? keyCredentials(options);
    this.#maxAskedWaitMs = options.maxAskedWaitMs ?? Infinity;
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#maxAttempts = options.maxAttempts ?? defaultAttempts;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.#sleep = options.sleep ?? sleep;
    this.#random = options.random ?? Math.random;
  }

  /** The preferred server. */
  get server(): string {
    return this.#servers.first;
  }

  /** Whether a call may be tried more than once. */
  get triesAgain(): boolean {
    return this.#maxAttempts > 1;
  }

  /**
   * The answer as soon as it begins; the caller reads its body.
   *
   * @throws AppError with the server's code, or `unavailable` when it cannot be reached
   */
  async send(attempt: Attempt): Promise<Response> {
    return this.sendAndRead(attempt, (response) => Promise.resolve(response));
  }

  /**
   * The result of `read` for the answer. A connection lost while reading counts as a failed attempt.
   *
   * @param read network errors are retried; an AppError is final
   * @throws AppError with the server's code, or `unavailable` when it cannot be reached or its answer broke off
   */
  async sendAndRead<T>(attempt: Attempt, read: (response: Response) => Promise<T>): Promise<T> {
    const maxAttempts = attempt.maxAttempts ?? this.#maxAttempts;
    let isRenewed = false;
    for (let made = 1; ; made++) {
      const server = this.#servers.current();
      let outcome = await this.#try(server, attempt, await this.#credentials.headers(attempt.method));
      if (outcome instanceof Response && outcome.ok) {
        try {
          const result = await read(outcome);
          this.#servers.heard(server, false);
          return result;
        } catch (error) {
          if (error instanceof AppError) throw error;
          outcome = new AnswerLost(error);
        }
      }
      this.#servers.heard(server, isDown(outcome, attempt.signal));
      attempt.signal?.throwIfAborted();
      // Read the body: it says whether the server may have acted, and unread it would hold the connection.
      const refused = outcome instanceof Response ? await refusal(outcome) : null;
      attempt.signal?.throwIfAborted();
      if (refused !== null && !isRenewed && this.#credentials.renew(refused)) {
        isRenewed = true;
        made--;
        continue;
      }
      const askedMs = outcome instanceof Response ? retryAfterMs(outcome) : null;
      const mayRetry =
        made < maxAttempts &&
        (askedMs ?? 0) <= this.#maxAskedWaitMs &&
        isRetryable(outcome, refused, attempt.repeatable);
      if (!mayRetry) {
        if (refused !== null) throw refused;
        throw outcome instanceof AnswerLost
          ? this.answerLost(outcome, attempt, server)
          : unreachable(server, outcome as Error);
      }
      await this.#sleep(askedMs ?? this.#backoffMs(made), attempt.signal);
    }
  }

  async #try(
    server: string,
    attempt: Attempt,
    credentials: Readonly<Record<string, string>>,
  ): Promise<Response | Error> {
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new DOMException('no answer in time', 'TimeoutError')),
      this.#timeoutMs + (attempt.extraMs ?? 0),
    );
    const signal =
      attempt.signal === undefined ? limit.signal : AbortSignal.any([limit.signal, attempt.signal]);
    try {
      const body = attempt.body?.();
      return await this.#fetch(server + attempt.path, {
        method: attempt.method,
        headers: {
          accept: 'application/json',
          ...credentials,
          ...attempt.headers,
        },
        ...(body !== undefined && { body }),
        ...(body instanceof ReadableStream && { duplex: 'half' as const }),
        ...(attempt.keepalive === true && { keepalive: true }),
        signal,
        redirect: attempt.followsRedirect === true ? 'follow' : 'error',
      });
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      // An answer that has begun may take as long as it needs: downloads, event streams.
      clearTimeout(timer);
    }
  }

  #backoffMs(made: number): number {
    const full = Math.min(longestWaitMs, firstWaitMs * 2 ** (made - 1));
    return Math.round(full * (0.5 + this.#random() / 2));
  }

  /** The error for an answer that broke off. */
  answerLost(
    { cause }: { cause?: unknown },
    { repeatable }: Pick<Attempt, 'repeatable'>,
    server = this.server,
  ): AppError {
    const why = cause instanceof Error ? reasonOf(cause) : String(cause);
    const sentence = `The connection to the server at ${server} was lost while reading its answer: ${why}.`;
    const doubt = ' The request may have taken effect; check before you repeat it.';
    return new AppError('unavailable', repeatable ? sentence : sentence + doubt, { cause });
  }
}

function unreachable(server: string, cause: Error): AppError {
  const why = cause.name === 'TimeoutError' ? 'it did not answer in time' : reasonOf(cause);
  return new AppError('unavailable', `Could not reach the server at ${server}: ${why}.`, { cause });
}

/** @throws AppError `invalid_argument` */
function serverRoot(server: string): string {
  const parsed = URL.parse(server);
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new AppError(
      'invalid_argument',
      `The server must be an http or https URL, got "${server.slice(0, 200)}".`,
    );
  }
  return (parsed.origin + parsed.pathname).replace(/\/+$/, '').replace(/\/api$/, '');
}

function keyCredentials({ keyId, keySecret = '' }: ClientOptions): Credentials {
  const headers = keyId === undefined ? {} : { authorization: basicHeader(keyId, keySecret) };
  return { headers: () => headers, renew: () => false };
}

function basicHeader(keyId: string, secret: string): string {
  const bytes = new TextEncoder().encode(`${keyId}:${secret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) return stop();
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
