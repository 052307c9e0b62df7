import type { Egress } from '../../ports/egress.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';

interface WatchedRequest {
  url: string;
  method: string;
  type: string;
  frameId: string | undefined;
  /** `performance.now()`. */
  startedAt: number;
  status: number | undefined;
  mimeType: string;
  /** Streams, pings and the like never end and hold nothing back. */
  awaited: boolean;
}

export interface DocumentResponse {
  frameId: string | undefined;
  url: string;
  /** HTTP status. */
  status: number;
  mimeType: string;
  headers: Record<string, string>;
}

/** What became of documents: the server's answer, or why there is none. */
export interface DocumentEvents {
  onResponse: (response: DocumentResponse) => void;
  onFailure: (failure: { frameId: string | undefined; url: string; errorText: string }) => void;
}

const neverAwaited = new Set([
  'EventSource',
  'WebSocket',
  'Ping',
  'Media',
  'Prefetch',
  'CSPViolationReport',
  'Manifest',
]);

export interface NetworkWatchOptions {
  log: CaptureLog;
  documents: DocumentEvents;
  resourceTimeoutMs: number;
  /** Why the way to an address was closed. */
  egressProblemOf: Egress['problemOf'];
}

/** Follows every request of a page: writes the log and knows what is still open. */
export class NetworkWatch {
  readonly #log: CaptureLog;
  readonly #documents: DocumentEvents;
  readonly #resourceTimeoutMs: number;
  readonly #egressProblemOf: NetworkWatchOptions['egressProblemOf'];
  readonly #open = new Map<string, WatchedRequest>();
  readonly #blocked = new Map<string, string>();
  readonly #waiters = new Set<() => void>();
  #lastFinishedAt = 0;

  constructor({ log, documents, resourceTimeoutMs, egressProblemOf }: NetworkWatchOptions) {
    this.#log = log;
    this.#documents = documents;
    this.#resourceTimeoutMs = resourceTimeoutMs;
    this.#egressProblemOf = egressProblemOf;
  }

  /** Listens to a page or worker; `Network.enable` is the caller's. */
  watch(session: CdpSession): void {
    const key = (requestId: string): string => `${session.id ?? ''}/${requestId}`;
    session.on('Network.requestWillBeSent', (event) => {
      const { url, method } = event.request;
      if (url.startsWith('data:') || url.startsWith('blob:')) return;
      const earlier = this.#open.get(key(event.requestId));
      if (earlier !== undefined && event.redirectResponse !== undefined) {
        this.#write(earlier, `${event.redirectResponse.status} redirects to ${url}`);
      }
      const type = event.type ?? 'Other';
      this.#open.set(key(event.requestId), {
        url,
        method,
        type,
        frameId: event.frameId,
        startedAt: performance.now(),
        status: undefined,
        mimeType: '',
        awaited: !neverAwaited.has(type),
      });
    });
    session.on('Network.responseReceived', (event) => {
      const request = this.#open.get(key(event.requestId));
      const { status, mimeType, url, headers } = event.response;
      if (request !== undefined) {
        request.status = status;
        request.mimeType = mimeType;
        if (mimeType === 'text/event-stream' || mimeType === 'multipart/x-mixed-replace')
          request.awaited = false;
      }
      if (event.type === 'Document') {
        this.#documents.onResponse({ frameId: event.frameId, url, status, mimeType, headers });
      }
    });
    session.on('Network.loadingFinished', (event) => {
      const request = this.#take(key(event.requestId));
      if (request === undefined) return;
      const size = event.encodedDataLength > 0 ? ` ${formatBytes(event.encodedDataLength)}` : '';
      this.#write(request, `${request.status ?? 'done'} ${request.mimeType || 'unknown type'}${size}`);
    });
    session.on('Network.loadingFailed', (event) => {
      const request = this.#take(key(event.requestId));
      if (request === undefined) return;
      const blockedBy = this.#blocked.get(event.requestId);
      // The only addresses that are blocked without being asked about are those that are always ignored.
      const ignored = event.blockedReason === 'inspector' ? 'always ignored' : undefined;
      const problem = event.canceled === true ? undefined : this.#egressProblemOf(request.url);
      const failed = `failed: ${problem?.message ?? (event.errorText || 'cancelled')}`;
      this.#write(request, blockedBy ?? ignored ?? failed);
      if (event.type === 'Document') {
        const { frameId, url } = request;
        this.#documents.onFailure({ frameId, url, errorText: event.errorText });
      }
    });
  }

  /** Remembers why a request is about to fail, for its line in the log. */
  noteBlocked(networkId: string, why: string): void {
    this.#blocked.set(networkId, why);
  }

  /** `performance.now()` of the moment when the last request ended. */
  get lastFinishedAt(): number {
    return this.#lastFinishedAt;
  }

  /** Whether a request that began at or before that moment is open and not yet given up. */
  isBusy(startedBefore: number): boolean {
    return this.#nextGiveUp(startedBefore) !== undefined;
  }

  /**
   * Resolves when no request that began at or before `startedBefore` holds the shot: each ended or was open for
   * `resourceTimeoutMs`.
   */
  async whenIdle(startedBefore: () => number): Promise<void> {
    for (;;) {
      const giveUpAt = this.#nextGiveUp(startedBefore());
      if (giveUpAt === undefined) return;
      await this.#changeOrTimeout(giveUpAt - performance.now());
    }
  }

  /** Addresses that are still open, oldest first. */
  openUrls(): string[] {
    return [...this.#open.values()].filter((request) => request.awaited).map((request) => request.url);
  }

  /** Writes a line for every request that never ended. */
  logOpen(): void {
    for (const request of this.#open.values()) this.#write(request, 'still open');
    this.#open.clear();
  }

  #take(key: string): WatchedRequest | undefined {
    const request = this.#open.get(key);
    if (request === undefined) return undefined;
    this.#open.delete(key);
    if (request.awaited) this.#lastFinishedAt = performance.now();
    for (const wake of this.#waiters) wake();
    return request;
  }

  /** When the first of the awaited requests will have been open for too long; undefined when none is awaited. */
  #nextGiveUp(startedBefore: number): number | undefined {
    const now = performance.now();
    let next: number | undefined;
    for (const { awaited, startedAt } of this.#open.values()) {
      const giveUpAt = startedAt + this.#resourceTimeoutMs;
      if (!awaited || startedAt > startedBefore || giveUpAt <= now) continue;
      next = Math.min(next ?? Infinity, giveUpAt);
    }
    return next;
  }

  #changeOrTimeout(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(1, ms));
      this.#waiters.add(done);
    });
  }

  #write(request: WatchedRequest, outcome: string): void {
    const took = formatDuration(performance.now() - request.startedAt);
    this.#log.add('request', `${request.method} ${request.url} ${outcome} ${took}`);
  }
}
