import type { Egress } from '../../ports/egress.ts';
import { formatBytes, formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { CdpEvents } from './cdp-events.ts';
import type { WorkerTarget } from './page-target.ts';
import { MissingParts, type Incomplete, type PartAddress } from './missing-parts.ts';

interface WatchedRequest {
  url: string;
  method: string;
  type: string;
  frameId: string | undefined;
  /** Id of the document that the request belongs to, or is. */
  loaderId: string;
  /** `performance.now()`. */
  startedAt: number;
  status: number | undefined;
  /** As the network saw it, which may be known earlier than `status`. */
  rawStatus: number | undefined;
  mimeType: string;
  /** Streams, pings and the like never end and are not waited for. */
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
  /** By the page, which navigated or stopped its loading. */
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

/** Requests that affect how the page looks. What scripts request is up to the page. */
const visibleTypes = new Set(['Document', 'Image', 'Stylesheet', 'Script', 'Font']);

export interface NetworkWatchOptions {
  log: CaptureLog;
  /** The page's main frame, whose document is judged by `documents`. */
  mainFrameId: string;
  /** The page's session; all others are its workers'. */
  pageSessionId: string | undefined;
  documents: DocumentEvents;
  resourceTimeoutMs: number;
  /** Why access to an address was denied. */
  egressProblemOf: Egress['problemOf'];
}

/** Follows every request of a page: writes the log and tracks open requests. */
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
  /** `performance.now()` when the main frame's document was last replaced. */
  #navigatedAt = 0;

  constructor(options: NetworkWatchOptions) {
    const { log, mainFrameId, pageSessionId, documents, resourceTimeoutMs, egressProblemOf } = options;
    this.#log = log;
    this.#mainFrameId = mainFrameId;
    this.#pageSessionId = pageSessionId;
    this.#documents = documents;
    this.#resourceTimeoutMs = resourceTimeoutMs;
    this.#egressProblemOf = egressProblemOf;
  }

  /** Listens to a page or worker; the caller sends `Network.enable`. */
  watch(session: CdpSession, worker?: WorkerTarget): void {
    if (worker !== undefined) session.onClosed(() => this.#onWorkerEnded(session, worker));
    // A worker's own script is requested by its page and answered to the worker, under an id that no other request has.
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
        rawStatus: undefined,
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
    session.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => {
      const request = this.#open.get(key(requestId));
      if (request !== undefined) request.rawStatus = statusCode;
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
        // A canceled document became a download, or the frame navigated; any other canceled request was given up.
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

  /**
   * A worker that gets no script ends at once. Of a shared one, Chromium often does not report what became of the request:
   * only the network's part of the answer, or nothing when there was none.
   */
  #onWorkerEnded({ id }: CdpSession, { targetId, type }: WorkerTarget): void {
    for (const key of this.#open.keys()) {
      if (key !== targetId && !key.startsWith(`${id ?? ''}/`)) continue;
      const request = this.#take(key)!;
      request.status ??= request.rawStatus;
      const isRefused =
        key === targetId && type === 'shared_worker' && request.startedAt >= this.#navigatedAt;
      this.#judge(request, isRefused && request.status === undefined ? 'net::ERR_FAILED' : undefined);
      this.#write(request, `${request.status ?? 'no answer'}, its worker ended`);
    }
  }

  #watchFrames(session: CdpSession): void {
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
      this.#missing.onFrameAttached(frameId, parentFrameId);
    });
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      // A frame that is swapped moves to another process but remains.
      if (reason === 'swap') return;
      this.#missing.onFrameDetached(frameId);
      this.#endRequestsOf(frameId);
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id === this.#mainFrameId) this.#navigatedAt = performance.now();
      this.#missing.onNavigated({
        frameId: frame.id,
        loaderId: frame.loaderId,
        isMain: frame.id === this.#mainFrameId,
        isErrorPage: frame.unreachableUrl !== undefined,
      });
    });
  }

  /** Why the config made a request fail; undefined when it did not. */
  #blockedBy({ requestId, blockedReason }: CdpEvents['Network.loadingFailed']): string | undefined {
    // Addresses blocked without interception are those that are always ignored.
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

  /** Whether the image is incomplete without it. The main document is judged as a whole. */
  #isPart(request: WatchedRequest): boolean {
    return visibleTypes.has(request.type) && !this.#isMainDocument(request);
  }

  #isMainDocument({ type, frameId }: WatchedRequest): boolean {
    return type === 'Document' && frameId === this.#mainFrameId;
  }

  /**
   * What the page lacks: what failed in its current documents, and what began before `screenshotAt` and is
   * still open.
   *
   * @param screenshotAt `performance.now()`
   * @param isParsed the main document is complete: the page itself has stopped what is still open of it
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

  /** Remembers why a request will fail, for its line in the log. */
  noteBlocked(networkId: string, why: string): void {
    this.#blocked.set(networkId, why);
  }

  /** `performance.now()` when the last request ended. */
  get lastFinishedAt(): number {
    return this.#lastFinishedAt;
  }

  /** Whether a request that began at or before that time is open and not yet given up. */
  isBusy(startedBefore: number): boolean {
    return this.#nextGiveUp(startedBefore) !== undefined;
  }

  /**
   * Resolves when no request that began at or before `startedBefore` delays the screenshot: each ended or was open for
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

  /** Chromium does not always tell how the requests of a removed frame ended. */
  #endRequestsOf(frameId: string): void {
    for (const [key, request] of this.#open) {
      if (request.frameId !== frameId) continue;
      this.#take(key);
      this.#write(request, 'ended with its frame');
    }
  }

  #take(key: string): WatchedRequest | undefined {
    const request = this.#open.get(key);
    if (request === undefined) return undefined;
    this.#open.delete(key);
    if (request.awaited) this.#lastFinishedAt = performance.now();
    for (const wake of this.#waiters) wake();
    return request;
  }

  /** When the first of the awaited requests exceeds its time limit; undefined when none is awaited. */
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

/** Chromium's type of a request; if unknown, the type that its purpose implies. */
function partType(
  { type = 'Other', request }: CdpEvents['Network.requestWillBeSent'],
  isPage: boolean,
): string {
  if (type !== 'Other') return type;
  if (!isPage) return 'Script';
  // Loaded from another file by `<use href>` and the like.
  const isGraphic = request.urlFragment !== undefined || URL.parse(request.url)?.pathname.endsWith('.svg');
  return isGraphic === true ? 'Image' : type;
}
