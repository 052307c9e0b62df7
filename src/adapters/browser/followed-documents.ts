import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import type { CaptureLog } from './capture-log.ts';
import { authFailure, CaptureFailed, downloadFailure, statusFailure } from './failures.ts';

/** Navigations by the page itself after which it counts as a loop. */
const maxNavigations = 20;
/** With fewer, the page itself took all the time, not its navigations. */
const restlessNavigations = 4;

/** The page navigated to another document while this one was being processed. */
export class NavigatedAway extends Error {
  override readonly name = 'NavigatedAway';
}

export interface FollowedDocumentsOptions {
  url: string;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** Why access to an address was denied. */
  egressProblemOf: Egress['problemOf'];
  /** Called with the error that ends the capture. */
  onFatal: (error: CaptureFailed) => void;
}

/** What a server answered to the request for a document. */
export interface DocumentAnswer {
  url: string;
  status: number;
  mimeType: string;
  /** Of the headers. */
  headerNames: readonly string[];
}

/** Follows the main frame of a page from document to document, in any browser, and checks each answer of the server. */
export abstract class FollowedDocuments<Options extends FollowedDocumentsOptions> {
  protected readonly options: Options;
  #id = '';
  #loadedId = '';
  #url: string;
  #navigations = 0;
  #waiting: (() => void)[] = [];

  protected constructor(options: Options) {
    this.options = options;
    this.#url = options.url;
  }

  /** Id of the current document; empty before the first. */
  get id(): string {
    return this.#id;
  }

  /** Address of the current document. */
  get url(): string {
    return this.#url;
  }

  /** True when time ran out because the page navigated so often. */
  get isRestless(): boolean {
    return this.#navigations >= restlessNavigations;
  }

  /** @throws NavigatedAway when the document has changed */
  assertStill(id: string): void {
    if (this.#id !== id) throw new NavigatedAway();
  }

  /**
   * Waits for the load event of the current document.
   *
   * @returns false when it did not come within `ms`
   */
  async whenLoaded(ms: number): Promise<boolean> {
    const id = this.#id;
    const end = performance.now() + ms;
    while (this.#loadedId !== id) {
      this.assertStill(id);
      const left = end - performance.now();
      if (left <= 0) return false;
      await this.change(left);
    }
    return true;
  }

  /** Resolves when the document is no longer this one, at the latest after `ms`. */
  async whenAnother(id: string, ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.#id === id && performance.now() < end) await this.change(end - performance.now());
  }

  loopFailure(): CaptureFailed {
    return new CaptureFailed(
      'page_never_settles',
      `The page keeps navigating to other pages: ${this.#navigations} times so far, last to ${this.#url}.`,
    );
  }

  /** Navigations up to now are not the page's own restlessness. */
  protected forgiveNavigations(): void {
    this.#navigations = 1;
  }

  protected onDocument(id: string, url: string): void {
    const { log, onFatal } = this.options;
    this.#id = id;
    this.#url = url;
    this.#navigations++;
    if (this.#navigations > 1) log.add('note', `the page navigated to ${url}`);
    if (this.#navigations > maxNavigations) onFatal(this.loopFailure());
    this.checkBrokenOff();
    this.wake();
  }

  protected onLoaded(id: string): void {
    this.#loadedId = id;
    this.wake();
  }

  /** A document that is shown and then fails is only part of a page. One that the page itself stopped is whole. */
  protected abstract checkBrokenOff(): void;

  protected judge({ url, status, mimeType, headerNames }: DocumentAnswer): void {
    const { config, onFatal } = this.options;
    if (status === 204 || status === 205) {
      onFatal(
        new CaptureFailed('empty_response', `The page returned status ${status}, which has no content.`),
      );
    } else if (config.allowHttpErrors !== true && status >= 400) {
      const challenged = headerNames.some((name) => name.toLowerCase() === 'www-authenticate');
      const asksForLogin = (status === 401 && challenged) || status === 407;
      onFatal(asksForLogin ? authFailure(url, config.httpUserName !== undefined) : statusFailure(status));
    } else if (mimeType === 'application/pdf') {
      onFatal(downloadFailure(`${url} is a PDF file`));
    }
  }

  protected wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves on the next document or load event, or after `ms`. */
  protected change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
