import type { Egress } from '../../ports/egress.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { CdpEvents } from './cdp-events.ts';
import { MissingParts, type Incomplete, type PartAddress } from './missing-parts.ts';

interface WatchedRequest {
  url: string;
  method: string;
  type: string;
  frameId: string | undefined;
  /** Names the document that the request belongs to, or is. */
  loaderId: string;
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

export interface DocumentFailure {
  frameId: string | undefined;
  loaderId: string;
  url: string;
  errorText: string;
  /** By the page, which went on or stopped its own loading. */
  isCanceled: boolean;
}

/** What became of documents: the server's answer, or why there is none or only a part. */
export interface DocumentEvents {
  onResponse: (response: DocumentResponse) => void;
  onFailure: (failure: DocumentFailure) => void;
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

const uniqueId = /^[0-9A-F]{32}$/;

/** Requests without which a page looks otherwise. What scripts ask for by themselves is the page's own business. */
const visibleTypes = new Set(['Document', 'Image', 'Stylesheet', 'Script', 'Font']);

export interface NetworkWatchOptions {
  log: CaptureLog;
  /** The page's main frame, whose document is judged by `documents`. */
  mainFrameId: string;
  /** The page's own session; all others are its workers'. */
  pageSessionId: string | undefined;
  documents: DocumentEvents;
  resourceTimeoutMs: number;
  /** Why the way to an address was closed. */
  egressProblemOf: Egress['problemOf'];
}

/** Follows every request of a page: writes the log and knows what is still open. */
export class NetworkWatch {
  readonly #log: CaptureLog;
  readonly #mainFrameId: string;
  readonly #pageSessionId: string | undefined;
  readonly #documents: DocumentEvents;
  readonly #resourceTimeoutMs: number;
  readonly #egressProblemOf: NetworkWatchOptions['egressProblemOf'];
  readonly #open = new Map<string, WatchedRequest>();
  readonly #blocked = new Map<string, string>();
  readonly #missing = new MissingParts();
  readonly #waiters = new Set<() => void>();
  #lastFinishedAt = 0;

  constructor(options: NetworkWatchOptions) {
    const { log, mainFrameId, pageSessionId, documents, resourceTimeoutMs, egressProblemOf } = options;
    this.#log = log;
    this.#mainFrameId = mainFrameId;
    this.#pageSessionId = pageSessionId;
    this.#documents = documents;
    this.#resourceTimeoutMs = resourceTimeoutMs;
    this.#egressProblemOf = egressProblemOf;
  }

  /** Listens to a page or worker; `Network.enable` is the caller's. */
  watch(session: CdpSession): void {
    // A worker's own script is asked for by its page and answered to the worker, under one id that no other request has.
    const key = (requestId: string): string =>
      uniqueId.test(requestId) ? requestId : `${session.id ?? ''}/${requestId}`;
    this.#watchFrames(session);
    session.on('Network.requestWillBeSent', (event) => {
      const { url, method } = event.request;
      if (url.startsWith('data:') || url.startsWith('blob:')) return;
      const earlier = this.#open.get(key(event.requestId));
      if (earlier !== undefined && event.redirectResponse !== undefined) {
        this.#write(earlier, `${event.redirectResponse.status} redirects to ${url}`);
      }
      const type = partType(event, session.id === this.#pageSessionId);
      this.#open.set(key(event.requestId), {
        url,
        method,
        type,
        frameId: event.frameId,
        loaderId: event.loaderId,
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
      this.#judge(request, undefined);
      const size = event.encodedDataLength > 0 ? ` ${formatBytes(event.encodedDataLength)}` : '';
      this.#write(request, `${request.status ?? 'done'} ${request.mimeType || 'unknown type'}${size}`);
    });
    session.on('Network.loadingFailed', (event) => {
      const request = this.#take(key(event.requestId));
      if (request === undefined) return;
      const problem = event.canceled === true ? undefined : this.#egressProblemOf(request.url);
      const blockedBy = this.#blockedBy(event);
      this.#write(request, blockedBy ?? `failed: ${problem?.message ?? (event.errorText || 'canceled')}`);
      if (blockedBy === undefined) {
        // A document that was canceled became a download, or the frame went on; another request was given up.
        const isGivenUp = event.canceled === true && event.blockedReason === undefined;
        this.#judge(request, isGivenUp ? undefined : (problem?.message ?? failureText(event)));
      }
      if (event.type === 'Document') {
        this.#documents.onFailure({
          frameId: request.frameId,
          loaderId: request.loaderId,
          url: request.url,
          errorText: event.errorText,
          isCanceled: event.canceled === true,
        });
      }
    });
  }

  #watchFrames(session: CdpSession): void {
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
      this.#missing.onFrameAttached(frameId, parentFrameId);
    });
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      // A frame that is swapped moves to another process and stays where it is.
      if (reason !== 'swap') this.#missing.onFrameDetached(frameId);
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      this.#missing.onNavigated({
        frameId: frame.id,
        loaderId: frame.loaderId,
        isMain: frame.id === this.#mainFrameId,
        isErrorPage: frame.unreachableUrl !== undefined,
      });
    });
  }

  /** Why the config wanted a request to fail; undefined when it did not. */
  #blockedBy({ requestId, blockedReason }: CdpEvents['Network.loadingFailed']): string | undefined {
    // The only addresses that are blocked without being asked about are those that are always ignored.
    return this.#blocked.get(requestId) ?? (blockedReason === 'inspector' ? 'always ignored' : undefined);
  }

  /** @param problem why it failed; undefined when it ended well or was given up */
  #judge(request: WatchedRequest, problem: string | undefined): void {
    if (!this.#isPart(request)) return;
    const status = (request.status ?? 0) >= 400 ? `status ${request.status}` : undefined;
    const why = status ?? problem;
    if (why === undefined) this.#missing.onArrived(request);
    else this.#missing.onFailed(request, why, request.type === 'Document');
  }

  /** Whether the image lacks something without it. The main document is judged as a whole. */
  #isPart(request: WatchedRequest): boolean {
    return visibleTypes.has(request.type) && !this.#isMainDocument(request);
  }

  #isMainDocument({ type, frameId }: WatchedRequest): boolean {
    return type === 'Document' && frameId === this.#mainFrameId;
  }

  /**
   * What the page lacks: what failed in the documents that it consists of now, and what began before `screenshotAt` and is
   * still open.
   *
   * @param screenshotAt `performance.now()`
   * @param isParsed the main document is complete: what is open of it, the page has stopped by itself
   */
  incomplete(screenshotAt: number, isParsed: boolean): Incomplete {
    const open = [...this.#open.values()]
      .filter((request) => request.awaited && request.startedAt <= screenshotAt)
      .filter((request) => this.#isPart(request) || (this.#isMainDocument(request) && !isParsed))
      .map((request): PartAddress & { why: string } => ({
        ...request,
        why: `still open after ${formatDuration(performance.now() - request.startedAt)}`,
      }));
    return this.#missing.list(open, (text) => this.#log.masked(text));
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
   * Resolves when no request that began at or before `startedBefore` holds up the screenshot: each ended or was open for
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

function failureText({ errorText, blockedReason }: CdpEvents['Network.loadingFailed']): string {
  if (blockedReason === 'csp') return "blocked by the page's content security policy";
  return errorText || 'net::ERR_FAILED';
}

/** Chromium's type of a request; where it knows none, that of what the request is for. */
function partType(
  { type = 'Other', request }: CdpEvents['Network.requestWillBeSent'],
  isPage: boolean,
): string {
  if (type !== 'Other') return type;
  if (!isPage) return 'Script';
  // What `<use href>` and the like take from another file.
  const isGraphic = request.urlFragment !== undefined || URL.parse(request.url)?.pathname.endsWith('.svg');
  return isGraphic === true ? 'Image' : type;
}
