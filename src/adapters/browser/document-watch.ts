import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import type { CaptureLog } from './capture-log.ts';
import { ProtocolError, type CdpSession } from './cdp-connection.ts';
import {
  CaptureFailed,
  authFailure,
  brokenOffFailure,
  downloadFailure,
  hostOf,
  navigationFailure,
  statusFailure,
} from './failures.ts';
import type { DocumentEvents, DocumentFailure, DocumentResponse } from './network-watch.ts';

/** Navigations by the page itself after which it counts as a loop. */
const maxNavigations = 20;
/** With fewer, the page itself took all the time, not its navigations. */
const restlessNavigations = 4;

/** The page navigated to another document while this one was being processed. */
export class NavigatedAway extends Error {
  override readonly name = 'NavigatedAway';
}

export interface DocumentWatchOptions {
  session: CdpSession;
  mainFrameId: string;
  url: string;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** Why access to an address was denied. */
  egressProblemOf: Egress['problemOf'];
  /** Called with the error that ends the capture. */
  onFatal: (error: CaptureFailed) => void;
}

/** Follows the main frame from document to document and checks each answer of the server. */
export class DocumentWatch {
  readonly #options: DocumentWatchOptions;
  #loaderId = '';
  #loadedLoaderId = '';
  #url: string;
  #navigations = 0;
  /** A navigation of the main frame that has not led to a document yet. */
  #pendingLoaderId = '';
  #lastFailure: DocumentFailure | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: DocumentWatchOptions) {
    this.#options = options;
    this.#url = options.url;
    const { session, mainFrameId } = options;
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id !== mainFrameId) return;
      if (frame.unreachableUrl !== undefined) this.#onErrorPage(frame.unreachableUrl);
      else if (frame.loaderId !== this.#loaderId) this.#onDocument(frame.loaderId, frame.url);
    });
    session.on('Page.frameStartedNavigating', ({ frameId, loaderId, navigationType }) => {
      if (frameId !== mainFrameId || /sameDocument/i.test(navigationType)) return;
      if (loaderId !== this.#loaderId) this.#pendingLoaderId = loaderId;
    });
    session.on('Page.frameStoppedLoading', ({ frameId }) => {
      if (frameId === mainFrameId) this.#endPending();
    });
    session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
      if (frameId !== mainFrameId || name !== 'load') return;
      this.#loadedLoaderId = loaderId;
      this.#wake();
    });
  }

  /** For the network watch: what became of documents. */
  readonly events: DocumentEvents = {
    onResponse: (response) => {
      if (response.frameId === this.#options.mainFrameId) this.#judge(response);
    },
    onFailure: (failure) => {
      if (failure.frameId !== this.#options.mainFrameId) return;
      this.#lastFailure = failure;
      this.#checkBrokenOff();
    },
  };

  /** Id of the current document; empty before the first. */
  get loaderId(): string {
    return this.#loaderId;
  }

  /** Address of the current document. */
  get url(): string {
    return this.#url;
  }

  /** True when time ran out because the page navigated so often. */
  get isRestless(): boolean {
    return this.#navigations >= restlessNavigations;
  }

  /** Resolves when no navigation of the main frame is under way, at the latest after `ms`. */
  async whenArrived(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.isNavigating && performance.now() < end) await this.#change(end - performance.now());
  }

  get isNavigating(): boolean {
    return this.#pendingLoaderId !== '';
  }

  /** What the steps of the config lead to is not the page's own restlessness. */
  beginStep(): void {
    this.#navigations = 1;
  }

  /** @throws NavigatedAway when the document has changed */
  assertStill(loaderId: string): void {
    if (this.#loaderId !== loaderId) throw new NavigatedAway();
  }

  /** Opens the page and resolves when its first document has arrived. */
  async open(deadline: number): Promise<void> {
    await this.goto(this.#options.url, deadline);
  }

  /** Opens an address and resolves when its document has arrived. */
  async goto(url: string, deadline: number): Promise<void> {
    const { session } = this.#options;
    const before = this.#loaderId;
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
    if (this.#loaderId === before) {
      throw new CaptureFailed('empty_response', `${hostOf(url)} answered without a page.`);
    }
  }

  /**
   * Waits for the load event of the current document.
   *
   * @returns false when it did not come within `ms`
   */
  async whenLoaded(ms: number): Promise<boolean> {
    const loaderId = this.#loaderId;
    const end = performance.now() + ms;
    while (this.#loadedLoaderId !== loaderId) {
      this.assertStill(loaderId);
      const left = end - performance.now();
      if (left <= 0) return false;
      await this.#change(left);
    }
    return true;
  }

  /** Resolves when the document is no longer this one, at the latest after `ms`. */
  async whenAnother(loaderId: string, ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.#loaderId === loaderId && performance.now() < end)
      await this.#change(end - performance.now());
  }

  loopFailure(): CaptureFailed {
    return new CaptureFailed(
      'page_never_settles',
      `The page keeps navigating to other pages: ${this.#navigations} times so far, last to ${this.#url}.`,
    );
  }

  #onDocument(loaderId: string, url: string): void {
    this.#loaderId = loaderId;
    this.#url = url;
    this.#pendingLoaderId = '';
    this.#navigations++;
    if (this.#navigations > 1) this.#options.log.add('note', `the page navigated to ${url}`);
    if (this.#navigations > maxNavigations) this.#options.onFatal(this.loopFailure());
    this.#checkBrokenOff();
    this.#wake();
  }

  /** A document that is shown and then fails is only part of a page. One that the page itself stopped is whole. */
  #checkBrokenOff(): void {
    const failure = this.#lastFailure;
    if (failure === undefined || failure.isCanceled || failure.loaderId !== this.#loaderId) return;
    this.#options.onFatal(brokenOffFailure(failure.errorText, failure.url));
  }

  #onErrorPage(unreachableUrl: string): void {
    const { errorText, url } = this.#lastFailure ?? { errorText: 'net::ERR_FAILED', url: unreachableUrl };
    this.#options.onFatal(this.#failure(errorText, url));
  }

  #failure(errorText: string, url: string): CaptureFailed {
    return navigationFailure(errorText, url, this.#options.egressProblemOf(url));
  }

  #judge({ url, status, mimeType, headers }: DocumentResponse): void {
    const { config, onFatal } = this.#options;
    if (status === 204 || status === 205) {
      onFatal(
        new CaptureFailed('empty_response', `The page returned status ${status}, which has no content.`),
      );
    } else if (config.allowHttpErrors !== true && status >= 400) {
      const challenged = Object.keys(headers).some((name) => name.toLowerCase() === 'www-authenticate');
      const asksForLogin = (status === 401 && challenged) || status === 407;
      onFatal(asksForLogin ? authFailure(url, config.httpUserName !== undefined) : statusFailure(status));
    } else if (mimeType === 'application/pdf') {
      onFatal(downloadFailure(`${url} is a PDF file`));
    }
  }

  #endPending(): void {
    this.#pendingLoaderId = '';
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves on the next document or load event, or after `ms`. */
  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
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
