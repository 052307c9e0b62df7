import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import { formatDuration, type CaptureLog } from './capture-log.ts';
import { ConnectionClosedError, ProtocolError, type CdpSession } from './cdp-connection.ts';
import { DocumentWatch, NavigatedAway } from './document-watch.ts';
import { evaluate } from './evaluate.ts';
import type { Download } from './event-routes.ts';
import { BrowserUnfit, CaptureFailed, downloadFailure, hostOf, incompleteFailure } from './failures.ts';
import { changesPage, runInjections, runWaits } from './injections.ts';
import type { Incomplete } from './missing-parts.ts';
import { NetworkWatch } from './network-watch.ts';
import type { QuietResult } from './agent/quiet.ts';
import { watchConsole } from './page-console.ts';
import { agentSource, setUpPage } from './page-setup.ts';
import type { PageTarget, WorkerTarget } from './page-target.ts';
import { recordDom } from './record-dom.ts';
import { interceptRequests, RequestRules } from './request-rules.ts';
import { chromiumCamera } from './screenshot.ts';
import { captureUntilEqual, type Screenshots } from './shoot.ts';
import { within } from './within.ts';

/** The document must not have changed for this long before it counts as quiet. */
const quietWindowMs = 60;
const longestScrollMs = 10_000;
const loggedPopups = 10;
/** The browser usually reports how a page crashed; the page only reports that it did. */
const crashReportMs = 1_000;

export interface PageCaptureOptions {
  page: PageTarget;
  url: string;
  config: ResolvedCaptureConfig;
  expected?: Uint8Array | undefined;
  /** The structure of the page that the expected image shows is known. */
  isDomKnown: boolean;
  log: CaptureLog;
  userAgent: string;
  /** The browser cannot read this user's files: read `file:` addresses for it. */
  serveFiles: boolean;
  /** Time limit for preparing an empty page, after which the browser hangs. */
  setUpTimeoutMs: number;
  /** Why access to an address was denied, if that is known. */
  egressProblemOf: Egress['problemOf'];
  onStage: (stage: string) => void;
}

/** A captured page. */
export interface CapturedDocument {
  shots: Screenshots;
  /** Null: not recorded. */
  dom: Uint8Array | null;
  incomplete: Incomplete;
}

/** The capture of one page, from the first request to the last screenshot. */
export class PageCapture {
  readonly #options: PageCaptureOptions;
  readonly #session: CdpSession;
  readonly #config: ResolvedCaptureConfig;
  readonly #log: CaptureLog;
  readonly #documents: DocumentWatch;
  readonly #network: NetworkWatch;
  /** Rejects with the error that ends the capture, at any stage. */
  readonly #fatal: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #deadline = Infinity;
  #stage = '';
  #stageStart = 0;
  #scriptsRan = false;
  #isSetUp = false;
  #popups = 0;

  constructor(options: PageCaptureOptions) {
    this.#options = options;
    this.#session = options.page.session;
    this.#config = options.config;
    this.#log = options.log;
    this.#fatal = new Promise<never>((_, reject) => (this.#fail = reject));
    this.#fatal.catch(() => undefined);
    this.#documents = new DocumentWatch({
      session: this.#session,
      mainFrameId: options.page.targetId,
      url: options.url,
      config: options.config,
      log: options.log,
      egressProblemOf: options.egressProblemOf,
      onFatal: (error) => this.#fail(error),
    });
    this.#network = new NetworkWatch({
      log: options.log,
      mainFrameId: options.page.targetId,
      pageSessionId: this.#session.id,
      documents: this.#documents.events,
      resourceTimeoutMs: options.config.resourceTimeoutMs,
      egressProblemOf: options.egressProblemOf,
    });
  }

  /**
   * @param deadline `performance.now()` after which the capture fails
   * @throws CaptureFailed with the reason; ConnectionClosedError when the browser is gone
   */
  async run(deadline: number): Promise<CapturedDocument> {
    this.#deadline = deadline;
    const timer = setTimeout(
      () => this.#fail(this.#timeoutFailure()),
      Math.max(0, deadline - performance.now()),
    );
    this.#listen();
    try {
      return await Promise.race([this.#captureWithRestarts(), this.#fatal]);
    } finally {
      clearTimeout(timer);
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
  watchWorker(session: CdpSession, worker: WorkerTarget): void {
    this.#network.watch(session, worker);
    session.send('Network.enable', { maxTotalBufferSize: 0 }).catch(() => undefined);
  }

  /** A file that the page, one of its frames or a window that it opened leads to. */
  onDownload({ frameId, url, suggestedFilename }: Download): void {
    this.#log.add('note', `download of ${url} denied`);
    if (frameId === this.#options.page.targetId) this.#fail(downloadFailure(suggestedFilename || url));
  }

  /** @param status Chromium's word for how the page crashed, `oom` when it ran out of memory */
  onCrash(status: string): void {
    this.#fail(crashFailure(status));
  }

  #listen(): void {
    const session = this.#session;
    this.#network.watch(session);
    watchConsole(session, this.#log);
    session.on('Inspector.targetCrashed', () => {
      setTimeout(() => this.onCrash('crashed'), crashReportMs).unref();
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
  }

  async #captureWithRestarts(): Promise<CapturedDocument> {
    await this.#open();
    for (;;) {
      const { loaderId } = this.#documents;
      try {
        return await this.#captureDocument(loaderId);
      } catch (error) {
        if (!(error instanceof NavigatedAway) && !isNavigationError(error)) throw error;
        // The error may arrive before the event that says where the page went.
        await this.#documents.whenAnother(loaderId, 2_000);
      }
    }
  }

  async #open(): Promise<void> {
    const { url, page, userAgent, serveFiles } = this.#options;
    const { width, height } = this.#config.viewportSize;
    this.#log.add('capture', `${url} at ${width} × ${height}`);
    this.#enter('loading');
    const rules = new RequestRules(this.#config, url);
    const context = { mainFrameId: page.targetId, watch: this.#network, log: this.#log, serveFiles };
    // A navigation that changes the process makes Chromium lose set-up commands.
    await this.#prepared(
      Promise.all([
        rules.needed || serveFiles ? interceptRequests(this.#session, rules, context) : undefined,
        setUpPage(this.#session, this.#config, url, userAgent, this.#log),
      ]),
    );
    this.#isSetUp = true;
    await this.#documents.open(this.#deadline);
  }

  /** Preparing an empty page is quick and succeeds; if it does not, the browser is unfit. */
  async #prepared(settingUp: Promise<unknown>): Promise<void> {
    try {
      await within(
        this.#options.setUpTimeoutMs,
        settingUp,
        () => new BrowserUnfit('the browser does not prepare the page'),
      );
    } catch (error) {
      throw error instanceof ProtocolError ? new BrowserUnfit(error.message, { cause: error }) : error;
    }
  }

  async #captureDocument(loaderId: string): Promise<CapturedDocument> {
    const { resourceTimeoutMs, quietTimeoutMs, fullPage, delayMs = 0 } = this.#config;
    this.#enter('loading');
    if (!(await this.#documents.whenLoaded(resourceTimeoutMs))) {
      this.#log.add('note', `not fully loaded after ${formatDuration(resourceTimeoutMs)}; continuing`);
    }
    this.#enter('settling');
    await this.#settle(loaderId);
    await runWaits(this.#session, this.#config, this.#log);
    if (changesPage(this.#config)) {
      this.#enter('injecting');
      await runInjections(this.#session, this.#config, this.#log, { scripts: !this.#scriptsRan });
      this.#scriptsRan = true;
      await this.#settle(loaderId);
    }
    this.#enter('scrolling');
    const capMs = Math.min(quietTimeoutMs * 2, longestScrollMs);
    const steps = await this.#agent<number>(`scrollThrough({ capMs: ${capMs}, backToTop: ${fullPage} })`);
    if (steps > 0) await this.#settle(loaderId);
    if (delayMs > 0) {
      this.#enter('delaying');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
    this.#enter('shooting');
    const screenshotAt = performance.now();
    const early: Promise<Uint8Array | null>[] = [];
    const screenshots = await captureUntilEqual({
      camera: chromiumCamera(this.#session, this.#config.viewportSize),
      config: this.#config,
      log: this.#log,
      expected: this.#options.expected,
      call: (call) => this.#agent(call),
      // The page need not wait for it: what two equal screenshots show did not change between them.
      onSecond: (first) => void early.push(this.#recordDom(first)),
      deadline: this.#deadline,
    });
    this.#documents.assertStill(loaderId);
    const isEarlyValid = screenshots.shots === 2 && screenshots.settled;
    const isWanted = !(screenshots.isExpected && this.#options.isDomKnown);
    const recording = isEarlyValid ? early[0] : isWanted ? this.#recordDom(screenshots) : null;
    const [dom = null, incomplete] = await Promise.all([recording, this.#checkComplete(screenshotAt)]);
    return { shots: screenshots, dom, incomplete };
  }

  async #recordDom(image: Pick<Screenshots, 'area' | 'width' | 'height'>): Promise<Uint8Array | null> {
    if (!this.#config.dom) return null;
    return recordDom({
      session: this.#session,
      config: this.#config,
      log: this.#log,
      image,
      call: (call) => this.#agent(call),
      deadline: this.#deadline,
    });
  }

  /** Reports what the page lacks, in the log and, if the config says so, as a failure. */
  async #checkComplete(screenshotAt: number): Promise<Incomplete> {
    const isParsed = await evaluate<boolean>(this.#session, `document.readyState === 'complete'`);
    const incomplete = this.#network.incomplete(screenshotAt, isParsed);
    for (const { url, why } of incomplete.parts) this.#log.add('note', `incomplete: ${url}: ${why}`);
    const unlisted = incomplete.count - incomplete.parts.length;
    if (unlisted > 0) this.#log.add('note', `incomplete: ${unlisted} more`);
    if (incomplete.count > 0 && this.#config.failOnIncomplete === true) throw incompleteFailure(incomplete);
    return incomplete;
  }

  /** Waits until network and document are quiet, within the limits of the config. */
  async #settle(loaderId: string): Promise<void> {
    const { quietTimeoutMs } = this.#config;
    let cutoff = performance.now() + quietTimeoutMs;
    let extended = false;
    for (;;) {
      const start = performance.now();
      await this.#network.whenIdle(() => cutoff);
      this.#documents.assertStill(loaderId);
      // Late data may trigger more: allow one more quiet period for it, once.
      if (!extended && performance.now() > cutoff && this.#network.lastFinishedAt > start) {
        extended = true;
        cutoff = performance.now() + quietTimeoutMs;
      }
      const capMs = Math.max(0, cutoff - performance.now());
      const result = await this.#agent<QuietResult>(`quiet({ windowMs: ${quietWindowMs}, capMs: ${capMs} })`);
      this.#documents.assertStill(loaderId);
      if (this.#network.isBusy(cutoff)) continue;
      if (!result.quiet || performance.now() >= cutoff) this.#logRestless(result.busy);
      return;
    }
  }

  #logRestless(busy: readonly string[]): void {
    const reasons = [...busy, ...this.#network.openUrls().map((url) => `still open: ${url}`)];
    if (reasons.length === 0) return;
    const limit = formatDuration(this.#config.quietTimeoutMs);
    this.#log.add('note', `not quiet after ${limit}, continuing: ${reasons.slice(0, 20).join('; ')}`);
  }

  /** Calls the page agent; installs it first in a document that has none. */
  #agent<T>(call: string): Promise<T> {
    const install = `if (!globalThis.__dpxdt) { ${agentSource(this.#config)} }`;
    return evaluate<T>(this.#session, `${install} globalThis.__dpxdt.${call}`);
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
    if (this.#documents.isRestless) return this.#documents.loopFailure();
    const [open] = this.#network.openUrls();
    const doing = !this.#isSetUp
      ? 'the browser has not prepared the page'
      : this.#documents.loaderId === ''
        ? `${hostOf(this.#options.url)} has not answered`
        : open !== undefined && this.#stage === 'loading'
          ? `still waiting for ${open}`
          : `stuck while ${this.#stage}`;
    const limit = formatDuration(this.#config.timeoutMs);
    return new CaptureFailed('capture_timeout', `The page was not ready after ${limit}: ${doing}.`);
  }
}

function crashFailure(status: string): CaptureFailed {
  return status === 'oom'
    ? new CaptureFailed('page_out_of_memory', 'The browser ran out of memory on this page.')
    : new CaptureFailed('page_crashed', `The page crashed in the browser (${status}).`);
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
