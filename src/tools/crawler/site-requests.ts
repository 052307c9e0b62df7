/** Single GET requests to the site: headers, pace, repeats, time limits. Redirects are the caller's. */

import type { Cookie } from '../../domain/capture/capture-config.ts';
import type { Clock } from '../../ports/clock.ts';
import { cookieHeader } from './cookie-header.ts';
import type { Pace } from './pace.ts';

/** The part of `fetch` that a crawl uses. */
export type CrawlFetch = (
  url: URL,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>;

export interface SiteRequestOptions {
  /** The one origin that gets the credentials. */
  origin: string;
  userAgent: string;
  credentials: { userName: string; password: string } | null;
  cookies: readonly Cookie[];
  /** More headers, for that origin too. */
  headers: Readonly<Record<string, string>>;
  /** For one answer with its body. */
  timeoutMs: number;
}

export type FetchFailure = {
  reason: 'timed_out' | 'connection_failed' | 'tls_error';
  message: string;
};

export type SiteAnswer = { response: Response; failure: null } | { response: null; failure: FetchFailure };

const maxAttempts = 3;
const waitsMs = [500, 2_000] as const;
const longestAskedWaitMs = 30_000;

export class SiteRequests {
  /** Requests that were sent. */
  count = 0;
  readonly #options: SiteRequestOptions;
  readonly #fetch: CrawlFetch;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;

  constructor(
    options: SiteRequestOptions,
    ports: { fetch: CrawlFetch; clock: Clock; pace: Pace; signal: AbortSignal },
  ) {
    this.#options = options;
    this.#fetch = ports.fetch;
    this.#clock = ports.clock;
    this.#pace = ports.pace;
    this.#signal = ports.signal;
  }

  /**
   * The answer to a request; what a busy or restarting server answers, or a broken connection, is tried three times.
   * The body must be read or canceled.
   *
   * @throws the crawl's signal's reason
   */
  async get(url: URL): Promise<SiteAnswer> {
    for (let attempt = 1; ; attempt++) {
      await this.#pace.turn(this.#signal);
      const answer = await this.#send(url);
      this.#signal.throwIfAborted();
      if (attempt === maxAttempts || !isTransient(answer)) return answer;
      const askedMs = answer.response === null ? null : retryAfterMs(answer.response);
      await answer.response?.body?.cancel().catch(() => undefined);
      if (askedMs !== null) this.#pace.pause(askedMs);
      await this.#clock.sleep(askedMs ?? waitsMs[attempt - 1]!, this.#signal);
    }
  }

  /** @throws the crawl's signal's reason, if it has been aborted */
  throwIfOver(): void {
    this.#signal.throwIfAborted();
  }

  async #send(url: URL): Promise<SiteAnswer> {
    this.count++;
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    try {
      const response = await this.#fetch(url, { headers: this.#headersFor(url), redirect: 'manual', signal });
      return { response, failure: null };
    } catch (error) {
      return { response: null, failure: describeFailure(error, this.#options.timeoutMs) };
    }
  }

  #headersFor(url: URL): Record<string, string> {
    const { origin, userAgent, credentials, cookies, headers: more } = this.#options;
    const headers: Record<string, string> = {
      'user-agent': userAgent,
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5',
      'accept-language': 'en-US,en;q=0.9',
      ...(url.origin === origin && more),
    };
    const cookie = cookieHeader(cookies, url, new URL(origin).hostname, this.#clock.now());
    if (cookie !== null) headers.cookie = cookie;
    if (credentials !== null && url.origin === origin) {
      const bytes = Buffer.from(`${credentials.userName}:${credentials.password}`, 'utf8');
      headers.authorization = `Basic ${bytes.toString('base64')}`;
    }
    return headers;
  }
}

/** What a failed request or a broken body was about. */
export function describeFailure(error: unknown, timeoutMs: number): FetchFailure {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') {
    return { reason: 'timed_out', message: `There was no complete answer within ${timeoutMs / 1_000} s.` };
  }
  const code = cause?.code ?? '';
  const detail = (cause?.message ?? message).split('\n')[0]!.replace(/\.$/, '');
  if (/^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_SSL)/.test(code)) {
    return {
      reason: 'tls_error',
      message: `${detail}. To trust more certificates, name their file in NODE_EXTRA_CA_CERTS.`,
    };
  }
  return { reason: 'connection_failed', message: `${detail || code || 'The connection failed'}.` };
}

function isTransient({ response, failure }: SiteAnswer): boolean {
  if (response === null) return failure.reason === 'connection_failed';
  return response.status === 429 || response.status >= 500;
}

function retryAfterMs(response: Response): number | null {
  const text = response.headers.get('retry-after');
  const seconds = text === null ? NaN : Number(text);
  return Number.isFinite(seconds) ? Math.min(longestAskedWaitMs, Math.max(0, seconds * 1_000)) : null;
}
