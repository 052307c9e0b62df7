import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import type { CaptureLog } from '../browser/capture-log.ts';
import { NavigatedAway } from '../browser/document-watch.ts';
import {
  authFailure,
  brokenOffFailure,
  CaptureFailed,
  downloadFailure,
  hostOf,
  statusFailure,
} from '../browser/failures.ts';
import { BidiError } from './bidi-connection.ts';
import type { BidiEvents } from './bidi-events.ts';
import { errorPageOf, firefoxFailure, wordOf } from './firefox-failures.ts';
import type { FirefoxPage } from './firefox-page.ts';

/** Navigations by the page itself after which it counts as a loop. */
const maxNavigations = 20;
/** With fewer, the page itself took all the time, not its navigations. */
const restlessNavigations = 4;
/** How long events may take that explain why an address led to no document. */
const explanationMs = 500;

export interface FirefoxDocumentsOptions {
  page: FirefoxPage;
  url: string;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  /** Why access to an address was denied. */
  egressProblemOf: Egress['problemOf'];
  /** Called with the error that ends the capture. */
  onFatal: (error: CaptureFailed) => void;
}

/** Follows the main frame from document to document and checks each answer of the server. */
export class FirefoxDocuments {
  readonly #options: FirefoxDocumentsOptions;
  #id = '';
  #loadedId = '';
  #url: string;
  #navigations = 0;
  /** The latest request for a document that failed. */
  #failed: { word: string; url: string; navigation: string | null } | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: FirefoxDocumentsOptions) {
    this.#options = options;
    this.#url = options.url;
    const { page } = options;
    const isMain = (event: { context: string | null }): boolean => event.context === page.context;
    page.on('browsingContext.navigationCommitted', (event) => {
      if (isMain(event)) this.#onDocument(event.navigation ?? '', event.url);
    });
    page.on('browsingContext.load', (event) => {
      if (!isMain(event)) return;
      this.#loadedId = event.navigation ?? '';
      this.#wake();
    });
    page.on('network.responseStarted', (event) => {
      if (!isMain(event) || event.navigation === null) return;
      // The login that the config knows may follow.
      if (event.response.status !== 401 || options.config.httpUserName === undefined)
        this.#judge(event.response);
    });
    page.on('network.responseCompleted', (event) => {
      if (isMain(event) && event.navigation !== null && event.response.status === 401)
        this.#judge(event.response);
    });
    page.on('network.fetchError', (event) => {
      if (!isMain(event) || event.navigation === null) return;
      this.#failed = { word: wordOf(event.errorText), url: event.request.url, navigation: event.navigation };
      this.#checkBrokenOff();
    });
  }

  /** Id of the current document; empty before the first. */
  get id(): string {
    return this.#id;
  }

  /** True when time ran out because the page navigated so often. */
  get isRestless(): boolean {
    return this.#navigations >= restlessNavigations;
  }

  /** @throws NavigatedAway when the document has changed */
  assertStill(id: string): void {
    if (this.#id !== id) throw new NavigatedAway();
  }

  /** Opens the page and resolves when its first document has arrived. */
  async open(deadline: number): Promise<void> {
    const { page, url } = this.#options;
    try {
      await page.send('browsingContext.navigate', { url, wait: 'none' });
    } catch (error) {
      if (!(error instanceof BidiError)) throw error;
      const word = wordOf(error.words);
      if (!isGivenUp(word)) throw this.#failure(word, this.#failed?.url ?? url);
      // Downloads, empty answers and pages that navigated immediately are reported by events that follow.
      await this.whenAnother('', explanationMs);
      if (this.#id === '') {
        throw new CaptureFailed('empty_response', `${hostOf(url)} answered without a page.`);
      }
    }
    await this.whenAnother('', deadline - performance.now());
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
      await this.#change(left);
    }
    return true;
  }

  /** Resolves when the document is no longer this one, at the latest after `ms`. */
  async whenAnother(id: string, ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.#id === id && performance.now() < end) await this.#change(end - performance.now());
  }

  loopFailure(): CaptureFailed {
    return new CaptureFailed(
      'page_never_settles',
      `The page keeps navigating to other pages: ${this.#navigations} times so far, last to ${this.#url}.`,
    );
  }

  #onDocument(id: string, url: string): void {
    const { log, onFatal } = this.#options;
    const problem = errorPageOf(url);
    if (problem !== null) {
      const word = this.#failed?.word ?? problem.word;
      return onFatal(this.#failure(word, this.#failed?.url ?? problem.url));
    }
    if (url.startsWith('about:tabcrashed')) {
      return onFatal(new CaptureFailed('page_crashed', 'The page crashed in the browser.'));
    }
    if (id === this.#id) return;
    this.#id = id;
    this.#url = url;
    this.#navigations++;
    if (this.#navigations > 1) log.add('note', `the page navigated to ${url}`);
    if (this.#navigations > maxNavigations) onFatal(this.loopFailure());
    this.#checkBrokenOff();
    this.#wake();
  }

  /** A document that is shown and then fails is only part of a page. One that the page itself stopped is whole. */
  #checkBrokenOff(): void {
    const failed = this.#failed;
    if (failed === undefined || failed.navigation !== this.#id || isGivenUp(failed.word)) return;
    const { message } = firefoxFailure(failed.word, failed.url, undefined).failure;
    const why = message.replace(/^.* could not be reached: |\.$/g, '');
    this.#options.onFatal(
      new CaptureFailed('connection_failed', brokenOffFailure(why, failed.url).message.replace('net::', '')),
    );
  }

  #failure(word: string, url: string): CaptureFailed {
    return firefoxFailure(word, url, this.#options.egressProblemOf(url));
  }

  #judge({ url, status, mimeType, headers }: BidiEvents['network.responseStarted']['response']): void {
    const { config, onFatal } = this.#options;
    if (status === 204 || status === 205) {
      onFatal(
        new CaptureFailed('empty_response', `The page returned status ${status}, which has no content.`),
      );
    } else if (config.allowHttpErrors !== true && status >= 400) {
      const challenged = headers.some(({ name }) => name.toLowerCase() === 'www-authenticate');
      const asksForLogin = (status === 401 && challenged) || status === 407;
      onFatal(asksForLogin ? authFailure(url, config.httpUserName !== undefined) : statusFailure(status));
    } else if (mimeType === 'application/pdf') {
      onFatal(downloadFailure(`${url} is a PDF file`));
    }
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

/** The page or the server wanted no document, or another one. */
export function isGivenUp(word: string): boolean {
  return /^NS_(BINDING_ABORTED|BINDING_CANCELLED|ERROR_WONT_HANDLE_CONTENT|ERROR_PARSED_DATA_CACHED)$|abort/i.test(
    word,
  );
}
