import { brokenOffFailure, CaptureFailed, hostOf } from '../browser/failures.ts';
import { FollowedDocuments, type FollowedDocumentsOptions } from '../browser/followed-documents.ts';
import { BidiError } from './bidi-connection.ts';
import type { BidiEvents } from './bidi-events.ts';
import { errorPageOf, firefoxFailure, wordOf } from './firefox-failures.ts';
import type { FirefoxPage } from './firefox-page.ts';

/** How long events may take that explain why an address led to no document. */
const explanationMs = 5_000;

export interface FirefoxDocumentsOptions extends FollowedDocumentsOptions {
  page: FirefoxPage;
}

/** Follows the main frame of a page in Firefox. */
export class FirefoxDocuments extends FollowedDocuments<FirefoxDocumentsOptions> {
  /** The latest request for a document that failed. */
  #failed: { word: string; url: string; navigation: string | null } | undefined;

  constructor(options: FirefoxDocumentsOptions) {
    super(options);
    const { page } = options;
    const isMain = (event: { context: string | null }): boolean => event.context === page.context;
    page.on('browsingContext.navigationCommitted', (event) => {
      if (isMain(event)) this.#onCommitted(event.navigation ?? '', event.url);
    });
    page.on('browsingContext.load', (event) => {
      if (isMain(event)) this.onLoaded(event.navigation ?? '');
    });
    page.on('network.responseStarted', (event) => {
      if (!isMain(event) || event.navigation === null) return;
      // The login that the config knows may follow.
      if (event.response.status !== 401 || options.config.httpUserName === undefined)
        this.#judgeResponse(event.response);
    });
    page.on('network.responseCompleted', (event) => {
      if (isMain(event) && event.navigation !== null && event.response.status === 401)
        this.#judgeResponse(event.response);
    });
    page.on('network.fetchError', (event) => {
      if (!isMain(event) || event.navigation === null) return;
      this.#failed = { word: wordOf(event.errorText), url: event.request.url, navigation: event.navigation };
      this.checkBrokenOff();
    });
  }

  /** Opens the page and resolves when its first document has arrived. */
  async open(deadline: number): Promise<void> {
    const { page, url } = this.options;
    try {
      await page.send('browsingContext.navigate', { url, wait: 'none' });
    } catch (error) {
      if (!(error instanceof BidiError)) throw error;
      const word = wordOf(error.words);
      if (!isGivenUp(word)) throw this.#failure(word, this.#failed?.url ?? url);
      // Downloads, empty answers and pages that navigated immediately are reported by events that follow.
      await this.whenAnother('', explanationMs);
      if (this.id === '') {
        throw new CaptureFailed('empty_response', `${hostOf(url)} answered without a page.`);
      }
    }
    await this.whenAnother('', deadline - performance.now());
  }

  #onCommitted(id: string, url: string): void {
    const { onFatal } = this.options;
    const problem = errorPageOf(url);
    if (problem !== null) {
      const word = this.#failed?.word ?? problem.word;
      return onFatal(this.#failure(word, this.#failed?.url ?? problem.url));
    }
    if (url.startsWith('about:tabcrashed')) {
      return onFatal(new CaptureFailed('page_crashed', 'The page crashed in the browser.'));
    }
    if (id !== this.id) this.onDocument(id, url);
  }

  protected override checkBrokenOff(): void {
    const failed = this.#failed;
    if (failed === undefined || failed.navigation !== this.id || isGivenUp(failed.word)) return;
    const { message } = firefoxFailure(failed.word, failed.url, undefined).failure;
    const why = message.replace(/^.* could not be reached: |\.$/g, '');
    this.options.onFatal(
      new CaptureFailed('connection_failed', brokenOffFailure(why, failed.url).message.replace('net::', '')),
    );
  }

  #failure(word: string, url: string): CaptureFailed {
    return firefoxFailure(word, url, this.options.egressProblemOf(url));
  }

  #judgeResponse(response: BidiEvents['network.responseStarted']['response']): void {
    this.judge({ ...response, headerNames: response.headers.map(({ name }) => name) });
  }
}

/** The page or the server wanted no document, or another one. */
export function isGivenUp(word: string): boolean {
  return /^NS_(BINDING_ABORTED|BINDING_CANCELLED|ERROR_WONT_HANDLE_CONTENT|ERROR_PARSED_DATA_CACHED)$|abort/i.test(
    word,
  );
}
