import type { Egress } from '../../ports/egress.ts';
import { formatBytes } from '../browser/capture-log.ts';
import { OpenRequests, type OpenRequestsOptions } from '../browser/open-requests.ts';
import type { BidiEvents } from './bidi-events.ts';
import { isGivenUp } from './firefox-documents.ts';
import { errorPageOf, wordOf } from './firefox-failures.ts';
import type { FirefoxPage } from './firefox-page.ts';

type Sent = BidiEvents['network.beforeRequestSent'];

/** Destinations of Fetch, and the kinds of requests that a page is judged by. */
const kinds: Record<string, string> = {
  document: 'Document',
  iframe: 'Document',
  frame: 'Document',
  object: 'Document',
  embed: 'Document',
  image: 'Image',
  style: 'Stylesheet',
  xslt: 'Stylesheet',
  script: 'Script',
  worker: 'Script',
  sharedworker: 'Script',
  font: 'Font',
};

/** Streams, pings and the like never end and are not waited for. */
const neverAwaited = new Set([
  'audio',
  'video',
  'track',
  'manifest',
  'report',
  'beacon',
  'ping',
  'websocket',
]);

export interface FirefoxNetworkOptions extends OpenRequestsOptions {
  page: FirefoxPage;
  /** Why access to an address was denied. */
  egressProblemOf: Egress['problemOf'];
}

/** Follows every request of a page: writes the log and tracks open requests. */
export class FirefoxNetwork extends OpenRequests {
  readonly #egressProblemOf: FirefoxNetworkOptions['egressProblemOf'];
  readonly #blocked = new Map<string, string>();
  /** The current document of each frame. */
  readonly #documents = new Map<string, string>();

  constructor(options: FirefoxNetworkOptions) {
    super(options);
    this.#egressProblemOf = options.egressProblemOf;
    const { page } = options;
    page.onFrame((frame, parent) => this.missing.onFrameAttached(frame, parent));
    page.on('browsingContext.contextDestroyed', ({ context }) => {
      this.missing.onFrameDetached(context);
      this.endRequestsOf(context);
    });
    page.on('browsingContext.navigationCommitted', ({ context, navigation, url }) => {
      this.#documents.set(context, navigation ?? '');
      this.missing.onNavigated({
        frameId: context,
        loaderId: navigation ?? '',
        isMain: context === this.mainFrameId,
        isErrorPage: errorPageOf(url) !== null,
      });
    });
    page.on('network.beforeRequestSent', (event) => this.#onSent(event));
    page.on('network.responseStarted', ({ request, response }) => {
      const open = this.open.get(request.request);
      if (open === undefined) return;
      open.status = response.status;
      open.mimeType = response.mimeType;
      if (/^(text\/event-stream|multipart\/x-mixed-replace)$/.test(response.mimeType)) open.awaited = false;
    });
    page.on('network.responseCompleted', ({ request, response }) => {
      const open = this.take(request.request);
      if (open === undefined) return;
      const { status, mimeType, bytesReceived } = response;
      open.status = status;
      this.judge(open, undefined);
      const size = bytesReceived > 0 ? ` ${formatBytes(bytesReceived)}` : '';
      this.write(open, `${status} ${mimeType || 'unknown type'}${size}`);
    });
    page.on('network.fetchError', (event) => this.#onFailed(event));
  }

  /** Remembers why a request will fail, for its line in the log. */
  noteBlocked(requestId: string, why: string): void {
    this.#blocked.set(requestId, why);
  }

  #onSent({ context, navigation, request }: Sent): void {
    const { request: id, url, method, destination, initiatorType } = request;
    if (/^(data|blob):/.test(url)) return;
    const earlier = this.open.get(id);
    if (earlier !== undefined) this.write(earlier, `${earlier.status ?? 'done'} redirects to ${url}`);
    const isDocument = navigation !== null;
    const type = isDocument ? 'Document' : (kinds[destination ?? ''] ?? 'Other');
    this.open.set(id, {
      url,
      method,
      type,
      frameId: context ?? undefined,
      loaderId: navigation ?? this.#documents.get(context ?? '') ?? '',
      startedAt: performance.now(),
      status: undefined,
      rawStatus: undefined,
      mimeType: '',
      awaited:
        !neverAwaited.has(destination ?? '') && !neverAwaited.has(initiatorType ?? '') && !/^wss?:/.test(url),
    });
  }

  #onFailed({ request, errorText }: BidiEvents['network.fetchError']): void {
    const open = this.take(request.request);
    if (open === undefined) return;
    const blockedBy = this.#blocked.get(request.request);
    const word = wordOf(errorText);
    const isCanceled = isGivenUp(word);
    const problem = isCanceled ? undefined : this.#egressProblemOf(open.url);
    this.write(open, blockedBy ?? `failed: ${problem?.message ?? word}`);
    if (blockedBy === undefined) this.judge(open, isCanceled ? undefined : (problem?.message ?? word));
  }
}
