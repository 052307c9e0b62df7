import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import { formatDuration, type CaptureLog } from '../browser/capture-log.ts';
import { ConnectionClosedError } from '../browser/cdp-connection.ts';
import { NavigatedAway } from '../browser/document-watch.ts';
import { evaluate } from '../browser/evaluate.ts';
import {
  BrowserUnfit,
  CaptureFailed,
  downloadFailure,
  hostOf,
  incompleteFailure,
} from '../browser/failures.ts';
import { changesPage, runInjections, runWaits } from '../browser/injections.ts';
import type { Incomplete } from '../browser/missing-parts.ts';
import type { CapturedDocument } from '../browser/page-capture.ts';
import { agentSource } from '../browser/page-setup.ts';
import { PageQuiet } from '../browser/page-quiet.ts';
import { showWholePage } from '../browser/page-scroll.ts';
import { Preparation } from '../browser/preparation.ts';
import { RequestRules } from '../browser/request-rules.ts';
import { captureUntilEqual } from '../browser/shoot.ts';
import { within } from '../browser/within.ts';
import { BidiError } from './bidi-connection.ts';
import { firefoxCamera } from './firefox-camera.ts';
import { FirefoxDocuments } from './firefox-documents.ts';
import { FirefoxFrames } from './firefox-frames.ts';
import { FirefoxNetwork } from './firefox-network.ts';
import type { FirefoxPage } from './firefox-page.ts';
import { interceptRequests } from './firefox-requests.ts';
import { setUpPage } from './firefox-setup.ts';

const loggedPopups = 10;

export interface FirefoxCaptureOptions {
  page: FirefoxPage;
  url: string;
  config: ResolvedCaptureConfig;
  expected?: Uint8Array | undefined;
  log: CaptureLog;
  /** Time limit for preparing an empty page, after which the browser hangs. */
  setUpTimeoutMs: number;
  /** Why access to an address was denied, if that is known. */
  egressProblemOf: Egress['problemOf'];
  onStage: (stage: string) => void;
}

/** The capture of one page, from the first request to the last screenshot. */
export class FirefoxCapture {
  readonly #options: FirefoxCaptureOptions;
  readonly #page: FirefoxPage;
  readonly #config: ResolvedCaptureConfig;
  readonly #log: CaptureLog;
  readonly #documents: FirefoxDocuments;
  readonly #network: FirefoxNetwork;
  readonly #frames: FirefoxFrames;
  readonly #preparation: Preparation;
  readonly #quiet: PageQuiet;
  /** Rejects with the error that ends the capture, at any stage. */
  readonly #fatal: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #deadline = Infinity;
  #stage = '';
  #stageStart = 0;
  #scriptsRan = false;
  #isSetUp = false;
  /** Of the document that is captured. */
  #documentId = '';
  #popups = 0;

  constructor(options: FirefoxCaptureOptions) {
    const { page, url, config, log, egressProblemOf } = options;
    this.#options = options;
    this.#page = page;
    this.#config = config;
    this.#log = log;
    this.#fatal = new Promise<never>((_, reject) => (this.#fail = reject));
    this.#fatal.catch(() => undefined);
    this.#network = new FirefoxNetwork({
      page,
      log,
      mainFrameId: page.context,
      resourceTimeoutMs: config.resourceTimeoutMs,
      egressProblemOf,
    });
    this.#documents = new FirefoxDocuments({
      page,
      url,
      config,
      log,
      egressProblemOf,
      onFatal: (error) => this.#fail(error),
    });
    this.#frames = new FirefoxFrames(page, agentSource(config));
    this.#quiet = new PageQuiet({
      config,
      log,
      network: this.#network,
      frames: this.#frames,
      serviceWorkers: undefined,
      call: (call) => this.#agent(call),
      assertStill: () => this.#documents.assertStill(this.#documentId),
    });
    this.#preparation = new Preparation({
      frames: this.#frames,
      // Those that no script finds are not stopped.
      animations: { stop: () => Promise.resolve() },
      config,
      log,
      call: (call) => this.#agent(call),
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

  /** A window that the page opened and that was closed at once. */
  onPopup(url: string): void {
    if (++this.#popups <= loggedPopups) this.#log.add('popup', `closed: ${url || 'about:blank'}`);
  }

  #listen(): void {
    const page = this.#page;
    const log = this.#log;
    page.onClosed(() => this.#fail(new ConnectionClosedError('the page is gone')));
    page.on('browsingContext.contextDestroyed', ({ context }) => {
      if (context === page.context)
        this.#fail(new CaptureFailed('page_crashed', 'The page crashed in the browser.'));
    });
    page.on('browsingContext.downloadWillBegin', ({ context, url, suggestedFilename }) => {
      log.add('note', `download of ${url} denied`);
      if (context === page.context) this.#fail(downloadFailure(suggestedFilename || url));
    });
    page.on('browsingContext.userPromptOpened', ({ type, message }) => {
      const what = type === 'beforeunload' ? 'accepted' : 'dismissed';
      log.add('dialog', `${type} ${what}: ${message.slice(0, 500)}`);
    });
    page.on('log.entryAdded', ({ type, level, method, text, stackTrace }) => {
      const frame = stackTrace?.callFrames[0];
      const place = frame === undefined || frame.url === '' ? '' : ` (${frame.url}:${frame.lineNumber + 1})`;
      if (type === 'javascript') log.add('error', `${(text ?? '').split('\n')[0]}${place}`);
      else log.add('console', `${method ?? level}: ${text ?? ''}${place}`);
    });
  }

  async #captureWithRestarts(): Promise<CapturedDocument> {
    await this.#open();
    for (;;) {
      const { id } = this.#documents;
      try {
        return await this.#captureDocument(id);
      } catch (error) {
        const mayHaveNavigated = error instanceof NavigatedAway || error instanceof BidiError;
        if (!mayHaveNavigated) throw error;
        // The error may arrive before the event that says where the page went.
        await this.#documents.whenAnother(id, 2_000);
        if (error instanceof BidiError && this.#documents.id === id) throw error;
      }
    }
  }

  async #open(): Promise<void> {
    const { url } = this.#options;
    const { width, height } = this.#config.viewportSize;
    this.#log.add('capture', `${url} at ${width} × ${height} in Firefox`);
    if (this.#config.dom) this.#log.add('note', 'the structure of the page is not recorded: Firefox cannot');
    this.#enter('loading');
    const rules = new RequestRules(this.#config, url);
    await this.#prepared(
      Promise.all([
        interceptRequests(this.#page, rules, { network: this.#network, log: this.#log }),
        setUpPage(this.#page, this.#config, url, this.#log),
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
      throw error instanceof BidiError ? new BrowserUnfit(error.message, { cause: error }) : error;
    }
  }

  async #captureDocument(id: string): Promise<CapturedDocument> {
    this.#documentId = id;
    const { resourceTimeoutMs, viewportSize, deviceScaleFactor } = this.#config;
    this.#enter('loading');
    if (!(await this.#quiet.patiently(this.#documents.whenLoaded(resourceTimeoutMs)))) {
      this.#log.add('note', `not fully loaded after ${formatDuration(resourceTimeoutMs)}; continuing`);
    }
    this.#enter('settling');
    await this.#quiet.settle();
    const height = await showWholePage({
      drawsFramesBelow: true,
      resize: async (viewport) => {
        await this.#page.send('browsingContext.setViewport', {
          viewport,
          devicePixelRatio: deviceScaleFactor,
        });
      },
      config: this.#config,
      log: this.#log,
      call: (call) => this.#agent(call),
      settle: () => this.#quiet.settle(),
      onScroll: () => this.#enter('scrolling'),
    });
    await this.#act();
    this.#enter('shooting');
    const config = { ...this.#config, viewportSize: { ...viewportSize, height } };
    const screenshotAt = performance.now();
    const shots = await captureUntilEqual({
      camera: firefoxCamera(this.#page, config),
      config,
      log: this.#log,
      expected: this.#options.expected,
      prepare: () => this.#preparation.prepare(),
      show: () => this.#agent('show()'),
      onSecond: () => undefined,
      deadline: this.#deadline,
    });
    this.#documents.assertStill(id);
    await this.#preparation.warn();
    return { shots, dom: null, incomplete: await this.#checkComplete(screenshotAt) };
  }

  /** What the config waits for and changes, after which the page must be quiet again. */
  async #act(): Promise<void> {
    const { waitForSelector, waitForFunction, delayMs = 0 } = this.#config;
    const waits = (): Promise<void> => runWaits(this.#page, this.#frames, this.#config, this.#log);
    const isWaiting = waitForSelector !== undefined || waitForFunction !== undefined;
    await (isWaiting ? this.#quiet.released(waits) : waits());
    if (changesPage(this.#config)) {
      this.#enter('injecting');
      const injecting = runInjections(this.#page, this.#config, this.#log, {
        scripts: !this.#scriptsRan,
        hideAndRemove: () => this.#preparation.hideAndRemove(),
      });
      await this.#quiet.throughScript(injecting);
      this.#scriptsRan = true;
    }
    if (isWaiting || changesPage(this.#config)) await this.#quiet.settle();
    if (delayMs === 0) return;
    this.#enter('delaying');
    await this.#quiet.released(() => new Promise((resolve) => setTimeout(resolve, delayMs)));
    await this.#quiet.settle();
  }

  /** Reports what the page lacks, in the log and, if the config says so, as a failure. */
  async #checkComplete(screenshotAt: number): Promise<Incomplete> {
    const isParsed = await evaluate<boolean>(this.#page, `document.readyState === 'complete'`);
    const incomplete = this.#network.incomplete(screenshotAt, isParsed);
    for (const { url, why } of incomplete.parts) this.#log.add('note', `incomplete: ${url}: ${why}`);
    const unlisted = incomplete.count - incomplete.parts.length;
    if (unlisted > 0) this.#log.add('note', `incomplete: ${unlisted} more`);
    if (incomplete.count > 0 && this.#config.failOnIncomplete === true) throw incompleteFailure(incomplete);
    return incomplete;
  }

  /** Calls the page agent in the page itself. */
  async #agent<T>(call: string): Promise<T> {
    return (await this.#frames.call<T>(this.#frames.main, call)) as T;
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
      : this.#documents.id === ''
        ? `${hostOf(this.#options.url)} has not answered`
        : open !== undefined && this.#stage === 'loading'
          ? `still waiting for ${open}`
          : `stuck while ${this.#stage}`;
    const limit = formatDuration(this.#config.timeoutMs);
    return new CaptureFailed('capture_timeout', `The page was not ready after ${limit}: ${doing}.`);
  }
}
