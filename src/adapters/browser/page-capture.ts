import type { ResolvedCaptureConfig } from '../../domain/capture-config.ts';
import { formatDuration, type CaptureLog } from './capture-log.ts';
import { ConnectionClosedError, ProtocolError, type CdpSession } from './cdp-connection.ts';
import {
  CaptureFailed,
  authFailure,
  downloadFailure,
  hostOf,
  navigationFailure,
  statusFailure,
} from './failures.ts';
import { runInjections, runWaits } from './injections.ts';
import { NetworkWatch } from './network-watch.ts';
import type { QuietResult, ShotGeometry } from './page-agent.ts';
import { watchConsole } from './page-console.ts';
import { agentSource, setUpPage } from './page-setup.ts';
import type { PageTarget } from './page-target.ts';
import { evaluate } from './evaluate.ts';
import { interceptRequests, RequestRules } from './request-rules.ts';
import { shootUntilEqual, type Shots } from './shoot.ts';

/** The document must not have changed for this long before it counts as quiet. */
const quietWindowMs = 60;
/** Pages that a page may go through by itself before it counts as a loop. */
const maxNavigations = 20;
const loggedPopups = 10;

export interface PageCaptureOptions {
  page: PageTarget;
  url: string;
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  userAgent: string;
  /** The browser cannot read this user's files: read `file:` addresses for it. */
  serveFiles: boolean;
  onDownload(
    listener: (download: { frameId: string; url: string; suggestedFilename: string }) => void,
  ): () => void;
  onCrash(listener: (status: string) => void): () => void;
  onStage: (stage: string) => void;
}

/** The page went on to another document while this one was worked on. */
class NavigatedAway extends Error {}

/** The story of one page, from the first request to the last shot. */
export class PageCapture {
  readonly #options: PageCaptureOptions;
  readonly #session: CdpSession;
  readonly #config: ResolvedCaptureConfig;
  readonly #log: CaptureLog;
  readonly #network: NetworkWatch;
  readonly #fatal: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #deadline = Infinity;
  #stageStart = 0;
  #stage = '';
  #navigations = 0;
  #loaderId = '';
  #documentUrl: string;
  #loadedLoader = '';
  #wakeOnLoad: (() => void)[] = [];
  #lastFailure: { loaderId: string; errorText: string; url: string } | undefined;
  #injected = false;
  #popups = 0;

  constructor(options: PageCaptureOptions) {
    this.#options = options;
    this.#session = options.page.session;
    this.#config = options.config;
    this.#log = options.log;
    this.#documentUrl = options.url;
    this.#fatal = new Promise<never>((_, reject) => (this.#fail = reject));
    this.#fatal.catch(() => undefined);
    this.#network = new NetworkWatch(
      this.#log,
      {
        onResponse: (response) => {
          if (response.frameId === this.#options.page.targetId) this.#judgeDocument(response);
        },
        onFailure: (failure) => {
          if (failure.frameId === this.#options.page.targetId) this.#lastFailure = failure;
        },
      },
      this.#config.resourceTimeoutMs,
    );
  }

  /**
   * @param deadline `performance.now()` at which the capture has failed
   * @throws CaptureFailed with the reason; ConnectionClosedError when the browser is gone
   */
  async run(deadline: number): Promise<Shots> {
    this.#deadline = deadline;
    const timer = setTimeout(
      () => this.#fail(this.#timeoutFailure()),
      Math.max(0, deadline - performance.now()),
    );
    const stopListening = this.#listen();
    try {
      return await this.#until(this.#captureWithRestarts());
    } finally {
      clearTimeout(timer);
      for (const stop of stopListening) stop();
      this.#endStage();
      this.#network.logOpen();
      if (this.#popups > 0) this.#log.add('popup', `${this.#popups} popups were blocked`);
    }
  }

  /** Ends the capture from outside. */
  abort(reason: Error): void {
    this.#fail(reason);
  }

  /** Follows a worker's requests too. */
  watchWorker(worker: CdpSession): void {
    this.#network.watch(worker);
    worker.send('Network.enable', { maxTotalBufferSize: 0 }).catch(() => undefined);
  }

  #listen(): (() => void)[] {
    const session = this.#session;
    const mainFrame = this.#options.page.targetId;
    this.#network.watch(session);
    watchConsole(session, this.#log);
    session.on('Inspector.targetCrashed', () => {
      // The browser tells the reason in an event of its own, at about the same time.
      setTimeout(() => this.#fail(this.#crashFailure('crashed')), 200).unref();
    });
    session.onClosed(() => this.#fail(new ConnectionClosedError('the page is gone')));
    session.on('Page.javascriptDialogOpening', ({ type, message }) => {
      const accept = type === 'beforeunload';
      this.#log.add('dialog', `${type} ${accept ? 'accepted' : 'dismissed'}: ${message.slice(0, 500)}`);
      session.send('Page.handleJavaScriptDialog', { accept }).catch(() => undefined);
    });
    session.on('Page.windowOpen', ({ url }) => {
      if (++this.#popups <= loggedPopups) this.#log.add('popup', `not opened: ${url || 'about:blank'}`);
    });
    session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id !== mainFrame) return;
      if (frame.unreachableUrl !== undefined) return this.#judgeErrorPage(frame.unreachableUrl);
      if (frame.loaderId === this.#loaderId) return;
      this.#loaderId = frame.loaderId;
      this.#documentUrl = frame.url;
      if (++this.#navigations > 1) this.#log.add('note', `the page went on to ${frame.url}`);
      if (this.#navigations > maxNavigations) this.#fail(this.#loopFailure());
      this.#wake();
    });
    session.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
      if (frameId !== mainFrame || name !== 'load') return;
      this.#loadedLoader = loaderId;
      this.#wake();
    });
    return [
      this.#options.onDownload(({ frameId, url, suggestedFilename }) => {
        this.#log.add('note', `download of ${url} denied`);
        if (frameId === mainFrame) this.#fail(downloadFailure(suggestedFilename || url));
      }),
      this.#options.onCrash((status) => this.#fail(this.#crashFailure(status))),
    ];
  }

  async #captureWithRestarts(): Promise<Shots> {
    await this.#open();
    for (;;) {
      const loader = this.#loaderId;
      try {
        return await this.#captureDocument();
      } catch (error) {
        if (!(error instanceof NavigatedAway) && !isNavigationError(error)) throw error;
        // The error may come before the event that says where the page went.
        await this.#whenLoaderChanges(loader);
      }
    }
  }

  async #open(): Promise<void> {
    const { url, page, userAgent } = this.#options;
    this.#enter('loading');
    this.#log.add(
      'capture',
      `${url} at ${this.#config.viewportSize.width} × ${this.#config.viewportSize.height}`,
    );
    const rules = new RequestRules(this.#config, url);
    if (rules.needed || this.#options.serveFiles) {
      const { log } = this.#options;
      interceptRequests(this.#session, rules, {
        mainFrameId: page.targetId,
        watch: this.#network,
        log,
        serveFiles: this.#options.serveFiles,
      }).catch(() => undefined);
    }
    // Chromium loses set-up commands that overtake each other with a navigation, which may change the process.
    await setUpPage(this.#session, this.#config, url, userAgent, this.#log);
    const { errorText } = await this.#session.send('Page.navigate', { url });
    if (errorText !== undefined && errorText !== '') await this.#judgeNavigation(errorText);
    await this.#whenLoaderChanges('', this.#deadline - performance.now());
  }

  /** What became of a first navigation that ended in an error. */
  async #judgeNavigation(errorText: string): Promise<void> {
    if (errorText !== 'net::ERR_ABORTED') throw this.#failureOf(errorText, this.#options.url);
    // Downloads, empty answers and pages that went on at once are told by events that follow.
    await this.#whenLoaderChanges('', 500);
    if (this.#loaderId === '') {
      throw new CaptureFailed('empty_response', `${hostOf(this.#options.url)} answered without a page.`);
    }
  }

  #judgeDocument(response: {
    url: string;
    status: number;
    mimeType: string;
    headers: Record<string, string>;
  }): void {
    const { url, status, mimeType } = response;
    if (status === 204 || status === 205) {
      return this.#fail(
        new CaptureFailed('empty_response', `The page answered with status ${status}, which has no content.`),
      );
    }
    if (this.#config.allowHttpErrors !== true && status >= 400) {
      const challenge = Object.keys(response.headers).some(
        (name) => name.toLowerCase() === 'www-authenticate',
      );
      const asksForLogin = (status === 401 && challenge) || status === 407;
      return this.#fail(
        asksForLogin ? authFailure(url, this.#config.httpUserName !== undefined) : statusFailure(status),
      );
    }
    if (mimeType === 'application/pdf') this.#fail(downloadFailure(`${url} is a PDF file`));
  }

  #judgeErrorPage(unreachableUrl: string): void {
    const { errorText = 'net::ERR_FAILED', url = unreachableUrl } = this.#lastFailure ?? {};
    this.#fail(this.#failureOf(errorText, url));
  }

  #failureOf(errorText: string, url: string): CaptureFailed {
    return navigationFailure(errorText, url);
  }

  async #captureDocument(): Promise<Shots> {
    const loader = this.#loaderId;
    this.#enter('loading');
    await this.#whenLoaded();
    this.#enter('settling');
    await this.#settle(loader);
    await this.#until(runWaits(this.#session, this.#config, this.#log));
    if (this.#injects()) {
      this.#enter('injecting');
      await runInjections(this.#session, this.#config, this.#log, { scripts: !this.#injected });
      this.#injected = true;
      await this.#settle(loader);
    }
    this.#enter('scrolling');
    const steps = await this.#agent<number>(
      `scrollThrough({ capMs: ${Math.min(this.#config.quietTimeoutMs * 2, 10_000)}, backToTop: ${this.#config.fullPage} })`,
    );
    if (steps > 0) await this.#settle(loader);
    if (this.#config.delayMs !== undefined && this.#config.delayMs > 0) {
      this.#enter('delaying');
      await new Promise((resolve) => setTimeout(resolve, this.#config.delayMs));
    }
    this.#enter('shooting');
    const shots = await shootUntilEqual({
      session: this.#session,
      config: this.#config,
      log: this.#log,
      prepare: (expression) => this.#agent<ShotGeometry>(expression),
      deadline: this.#deadline,
    });
    this.#assertStill(loader);
    return shots;
  }

  /** Whether the config changes the page at all. */
  #injects(): boolean {
    const { injectCss, hideSelectors, removeSelectors, injectJs } = this.#config;
    return (
      injectCss !== undefined ||
      injectJs !== undefined ||
      (hideSelectors ?? []).length > 0 ||
      (removeSelectors ?? []).length > 0
    );
  }

  /** Waits for the load event; requests that never end hold it no longer than `resourceTimeoutMs`. */
  async #whenLoaded(): Promise<void> {
    const loader = this.#loaderId;
    const giveUpAt = performance.now() + this.#config.resourceTimeoutMs;
    while (this.#loadedLoader !== this.#loaderId) {
      this.#assertStill(loader);
      const left = giveUpAt - performance.now();
      if (left <= 0) {
        this.#log.add(
          'note',
          `not fully loaded after ${formatDuration(this.#config.resourceTimeoutMs)}; going on`,
        );
        return;
      }
      await this.#event(left);
    }
  }

  /** Waits until network and document are quiet, within the limits of the config. */
  async #settle(loader: string): Promise<void> {
    const { quietTimeoutMs } = this.#config;
    let cutoff = performance.now() + quietTimeoutMs;
    let extended = false;
    for (;;) {
      const start = performance.now();
      await this.#network.whenIdle(() => cutoff);
      this.#assertStill(loader);
      // Data that came late may bring more: one more quiet time for it, once.
      if (!extended && performance.now() > cutoff && this.#network.lastFinishedAt > start) {
        extended = true;
        cutoff = performance.now() + quietTimeoutMs;
      }
      const capMs = Math.max(0, cutoff - performance.now());
      const result = await this.#agent<QuietResult>(`quiet({ windowMs: ${quietWindowMs}, capMs: ${capMs} })`);
      this.#assertStill(loader);
      const late = performance.now() >= cutoff;
      if (this.#network.isBusy(cutoff)) continue;
      if (!result.quiet || late) {
        const busy = [...result.busy, ...this.#network.openUrls().map((url) => `still open: ${url}`)];
        if (busy.length > 0) {
          this.#log.add(
            'note',
            `not quiet after ${formatDuration(quietTimeoutMs)}, going on: ${busy.slice(0, 20).join('; ')}`,
          );
        }
      }
      return;
    }
  }

  /** Calls the page agent; installs it first in a document that has none. */
  #agent<T>(call: string): Promise<T> {
    return evaluate<T>(
      this.#session,
      `if (!globalThis.__dpxdt) { ${agentSource(this.#config)} } globalThis.__dpxdt.${call}`,
    );
  }

  #assertStill(loader: string): void {
    if (this.#loaderId !== loader) throw new NavigatedAway();
  }

  #until<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#fatal]);
  }

  #wake(): void {
    const waiting = this.#wakeOnLoad;
    this.#wakeOnLoad = [];
    for (const wake of waiting) wake();
  }

  /** The next navigation or load, or the end of the time. */
  #event(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeOnLoad.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #whenLoaderChanges(loader: string, ms = 2_000): Promise<void> {
    const end = performance.now() + ms;
    while (this.#loaderId === loader && performance.now() < end) await this.#event(end - performance.now());
  }

  #enter(stage: string): void {
    if (this.#stage === stage) return;
    this.#endStage();
    this.#stage = stage;
    this.#stageStart = performance.now();
    this.#options.onStage(stage);
  }

  #endStage(): void {
    if (this.#stage === '') return;
    this.#log.add('stage', `${this.#stage} took ${formatDuration(performance.now() - this.#stageStart)}`);
    this.#stage = '';
  }

  #timeoutFailure(): CaptureFailed {
    if (this.#navigations >= 4) return this.#loopFailure();
    const open = this.#network.openUrls();
    const doing =
      this.#navigations === 0
        ? `${hostOf(this.#options.url)} has not answered`
        : open.length > 0 && this.#stage === 'loading'
          ? `still waiting for ${open[0]}`
          : `stuck while ${this.#stage}`;
    return new CaptureFailed(
      'capture_timeout',
      `The page was not ready after ${formatDuration(this.#config.timeoutMs)}: ${doing}.`,
    );
  }

  #loopFailure(): CaptureFailed {
    return new CaptureFailed(
      'page_never_settles',
      `The page keeps going on to another page: ${this.#navigations} times so far, last to ${this.#documentUrl}.`,
    );
  }

  #crashFailure(status: string): CaptureFailed {
    return status === 'oom'
      ? new CaptureFailed('page_out_of_memory', 'The browser ran out of memory on this page.')
      : new CaptureFailed('page_crashed', `The page crashed in the browser (${status}).`);
  }
}

/** Errors of commands that a navigation interrupted. */
function isNavigationError(error: unknown): boolean {
  return (
    error instanceof ProtocolError &&
    /context was destroyed|Cannot find (default execution )?context|navigated or closed|Not attached to an active page/i.test(
      error.message,
    )
  );
}
