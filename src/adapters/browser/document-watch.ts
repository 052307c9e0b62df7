import { ProtocolError, type CdpSession } from './cdp-connection.ts';
import { brokenOffFailure, CaptureFailed, hostOf, navigationFailure } from './failures.ts';
import { FollowedDocuments, type FollowedDocumentsOptions } from './followed-documents.ts';
import type { DocumentEvents, DocumentFailure } from './network-watch.ts';

export interface DocumentWatchOptions extends FollowedDocumentsOptions {
  session: CdpSession;
  mainFrameId: string;
}

/** Follows the main frame of a page in Chromium. */
export class DocumentWatch extends FollowedDocuments<DocumentWatchOptions> {
  /** A navigation of the main frame that has not led to a document yet. */
  #pendingId = '';
  #lastFailure: DocumentFailure | undefined;

  constructor(options: DocumentWatchOptions) {
    super(options);
    const { session, mainFrameId } = options;
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id !== mainFrameId) return;
      if (frame.unreachableUrl !== undefined) this.#onErrorPage(frame.unreachableUrl);
      else if (frame.loaderId !== this.id) {
        this.#pendingId = '';
        this.onDocument(frame.loaderId, frame.url);
      }
    });
    session.on('Page.frameStartedNavigating', ({ frameId, loaderId, navigationType }) => {
      if (frameId !== mainFrameId || /sameDocument/i.test(navigationType)) return;
      if (loaderId !== this.id) this.#pendingId = loaderId;
    });
    session.on('Page.frameStoppedLoading', ({ frameId }) => {
      if (frameId === mainFrameId) this.#endPending();
    });
    session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
      if (frameId === mainFrameId && name === 'load') this.onLoaded(loaderId);
    });
  }

  /** For the network watch: what became of documents. */
  readonly events: DocumentEvents = {
    onResponse: (response) => {
      if (response.frameId === this.options.mainFrameId)
        this.judge({ ...response, headerNames: Object.keys(response.headers) });
    },
    onFailure: (failure) => {
      if (failure.frameId !== this.options.mainFrameId) return;
      this.#lastFailure = failure;
      this.checkBrokenOff();
    },
  };

  /** Resolves when no navigation of the main frame is under way, at the latest after `ms`. */
  async whenArrived(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.isNavigating && performance.now() < end) await this.change(end - performance.now());
  }

  get isNavigating(): boolean {
    return this.#pendingId !== '';
  }

  /** What the steps of the config lead to is not the page's own restlessness. */
  beginStep(): void {
    this.forgiveNavigations();
  }

  /** Opens the page and resolves when its first document has arrived. */
  async open(deadline: number): Promise<void> {
    await this.goto(this.options.url, deadline);
  }

  /** Opens an address and resolves when its document has arrived. */
  async goto(url: string, deadline: number): Promise<void> {
    const { session } = this.options;
    const before = this.id;
    const { errorText = '', loaderId } = await session.send('Page.navigate', { url });
    // Another place of the same document.
    if (errorText === '' && loaderId === undefined) return;
    if (errorText !== '' && errorText !== 'net::ERR_ABORTED') {
      // A redirect may have led elsewhere before it failed.
      throw this.#failure(errorText, this.#lastFailure?.url ?? url);
    }
    if (errorText === '') return this.whenAnother(before, deadline - performance.now());
    // Downloads, empty answers and pages that navigated immediately are reported by events that follow.
    await this.whenAnother(before, 500);
    if (this.id === before) {
      throw new CaptureFailed('empty_response', `${hostOf(url)} answered without a page.`);
    }
  }

  protected override checkBrokenOff(): void {
    const failure = this.#lastFailure;
    if (failure === undefined || failure.isCanceled || failure.loaderId !== this.id) return;
    this.options.onFatal(brokenOffFailure(failure.errorText, failure.url));
  }

  #onErrorPage(unreachableUrl: string): void {
    const { errorText, url } = this.#lastFailure ?? { errorText: 'net::ERR_FAILED', url: unreachableUrl };
    this.options.onFatal(this.#failure(errorText, url));
  }

  #failure(errorText: string, url: string): CaptureFailed {
    return navigationFailure(errorText, url, this.options.egressProblemOf(url));
  }

  #endPending(): void {
    this.#pendingId = '';
    this.wake();
  }
}

/** Errors of commands that a navigation interrupted. */
export function isNavigationError(error: unknown): boolean {
  return (
    error instanceof ProtocolError &&
    /context was destroyed|Cannot find (default execution )?context|navigated or closed|Not attached to an active page/i.test(
      error.message,
    )
  );
}
