import type { Egress } from '../../ports/egress.ts';
import { formatBytes } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import type { CdpEvents } from './cdp-events.ts';
import type { WorkerTarget } from './page-target.ts';
import { OpenRequests, type OpenRequestsOptions } from './open-requests.ts';

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

export interface NetworkWatchOptions extends OpenRequestsOptions {
  /** The page's session; all others are its workers'. */
  pageSessionId: string | undefined;
  /** Judge the main frame's document. */
  documents: DocumentEvents;
  /** Why access to an address was denied. */
  egressProblemOf: Egress['problemOf'];
}

/** Follows every request of a page: writes the log and tracks open requests. */
export class NetworkWatch extends OpenRequests {
  readonly #pageSessionId: string | undefined;
  readonly #documents: DocumentEvents;
  readonly #egressProblemOf: NetworkWatchOptions['egressProblemOf'];
  readonly #blocked = new Map<string, string>();
  /** `performance.now()` when the main frame's document was last replaced. */
  #navigatedAt = 0;

  constructor(options: NetworkWatchOptions) {
    super(options);
    const { pageSessionId, documents, egressProblemOf } = options;
    this.#pageSessionId = pageSessionId;
    this.#documents = documents;
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
      const earlier = this.open.get(key(event.requestId));
      if (earlier !== undefined && event.redirectResponse !== undefined) {
        this.write(earlier, `${event.redirectResponse.status} redirects to ${url}`);
      }
      const type = partType(event, session.id === this.#pageSessionId);
      this.open.set(key(event.requestId), {
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
      const request = this.open.get(key(event.requestId));
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
      const request = this.open.get(key(requestId));
      if (request !== undefined) request.rawStatus = statusCode;
    });
    session.on('Network.loadingFinished', (event) => {
      const request = this.take(key(event.requestId));
      if (request === undefined) return;
      this.judge(request, undefined);
      const size = event.encodedDataLength > 0 ? ` ${formatBytes(event.encodedDataLength)}` : '';
      this.write(request, `${request.status ?? 'done'} ${request.mimeType || 'unknown type'}${size}`);
    });
    session.on('Network.loadingFailed', (event) => {
      const request = this.take(key(event.requestId));
      if (request === undefined) return;
      const problem = event.canceled === true ? undefined : this.#egressProblemOf(request.url);
      const blockedBy = this.#blockedBy(event);
      this.write(request, blockedBy ?? `failed: ${problem?.message ?? (event.errorText || 'canceled')}`);
      if (blockedBy === undefined) {
        // A canceled document became a download, or the frame navigated; any other canceled request was given up.
        const isGivenUp = event.canceled === true && event.blockedReason === undefined;
        this.judge(request, isGivenUp ? undefined : (problem?.message ?? failureText(event)));
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

  /** Of a worker that began before its requests were watched, the end of the request for its script was not heard. */
  noteBegun({ targetId }: WorkerTarget): void {
    const request = this.take(targetId);
    if (request === undefined) return;
    request.status ??= request.rawStatus;
    this.judge(request, undefined);
    this.write(request, `${request.status ?? 'done'}, its worker began early`);
  }

  /**
   * A worker that gets no script ends at once. Of a shared one, Chromium often does not report what became of the request:
   * only the network's part of the answer, or nothing when there was none.
   */
  #onWorkerEnded({ id }: CdpSession, { targetId, type }: WorkerTarget): void {
    for (const key of this.open.keys()) {
      if (key !== targetId && !key.startsWith(`${id ?? ''}/`)) continue;
      const request = this.take(key)!;
      request.status ??= request.rawStatus;
      const isRefused =
        key === targetId && type === 'shared_worker' && request.startedAt >= this.#navigatedAt;
      this.judge(request, isRefused && request.status === undefined ? 'net::ERR_FAILED' : undefined);
      this.write(request, `${request.status ?? 'no answer'}, its worker ended`);
    }
  }

  #watchFrames(session: CdpSession): void {
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => {
      this.missing.onFrameAttached(frameId, parentFrameId);
    });
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      // A frame that is swapped moves to another process but remains.
      if (reason === 'swap') return;
      this.missing.onFrameDetached(frameId);
      this.endRequestsOf(frameId);
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id === this.mainFrameId) this.#navigatedAt = performance.now();
      this.missing.onNavigated({
        frameId: frame.id,
        loaderId: frame.loaderId,
        isMain: frame.id === this.mainFrameId,
        isErrorPage: frame.unreachableUrl !== undefined,
      });
    });
  }

  /** Why the config made a request fail; undefined when it did not. */
  #blockedBy({ requestId, blockedReason }: CdpEvents['Network.loadingFailed']): string | undefined {
    // Addresses blocked without interception are those that are always ignored.
    return this.#blocked.get(requestId) ?? (blockedReason === 'inspector' ? 'always ignored' : undefined);
  }

  /** Remembers why a request will fail, for its line in the log. */
  noteBlocked(networkId: string, why: string): void {
    this.#blocked.set(networkId, why);
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
