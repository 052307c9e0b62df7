import type { CaptureEngine } from '../../domain/capture/environment.ts';
import type { NamedShot } from '../../domain/capture/capture.ts';
import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import { AnimatedDrawings } from './animated-drawings.ts';
import { formatDuration, type CaptureLog } from './capture-log.ts';
import { ConnectionClosedError, type CdpSession } from './cdp-connection.ts';
import { CaptureCourse } from './capture-course.ts';
import { checkComplete, shownFields, type CapturedDocument } from './captured-document.ts';
import { DocumentWatch, isNavigationError } from './document-watch.ts';
import { evaluate } from './evaluate.ts';
import type { Download } from './event-routes.ts';
import { CaptureFailed, crashFailure, downloadFailure } from './failures.ts';
import { NavigatedAway } from './followed-documents.ts';
import { NetworkWatch } from './network-watch.ts';
import { PageChanges } from './page-changes.ts';
import { watchConsole } from './page-console.ts';
import { PageFrames } from './page-frames.ts';
import { PageQuiet } from './page-quiet.ts';
import { showWholePage } from './page-scroll.ts';
import { agentSource, prepareFrame, setUpPage, workerClockSource } from './page-setup.ts';
import type { PageTarget, WorkerTarget } from './page-target.ts';
import { Preparation } from './preparation.ts';
import { processorMsOf } from './processor-time.ts';
import { DomRecorder } from './record-dom.ts';
import { alwaysBlockedUrls, interceptRequests, RequestRules } from './request-rules.ts';
import { RunningAnimations } from './running-animations.ts';
import { chromiumCamera } from './screenshot.ts';
import { emulateWindow } from './emulation.ts';
import { ServiceWorkerWatch } from './service-workers.ts';
import { captureUntilEqual } from './shoot.ts';
import { readStorageState } from './login/storage-state.ts';
import type { StorageState } from '../../domain/capture/storage-state.ts';
import { addressToGoTo } from './steps/goto.ts';
import { runSteps, type SteppedPage } from './steps/step-run.ts';
import { within } from './within.ts';

/** Time limit for the image of a step that failed. */
const failureImageMs = 3_000;
const clockedWorkers = new Set(['worker', 'shared_worker']);
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
  browserVersion: string;
  engine: CaptureEngine;
  /** Called with cookies and local storage after the last screenshot. */
  onState?: ((state: StorageState) => void) | undefined;
  /** The browser cannot read this user's files: read `file:` addresses for it. */
  serveFiles: boolean;
  /** Time limit for preparing an empty page, after which the browser hangs. */
  setUpTimeoutMs: number;
  /** Why access to an address was denied, if that is known. */
  egressProblemOf: Egress['problemOf'];
  onStage: (stage: string) => void;
}

/** The capture of one page, from the first request to the last screenshot. */
export class PageCapture {
  readonly #options: PageCaptureOptions;
  readonly #session: CdpSession;
  readonly #config: ResolvedCaptureConfig;
  readonly #log: CaptureLog;
  readonly #documents: DocumentWatch;
  readonly #network: NetworkWatch;
  readonly #rules: RequestRules;
  readonly #serviceWorkers: ServiceWorkerWatch | undefined;
  readonly #watchedServiceWorkers = new Set<string>();
  readonly #frames: PageFrames;
  readonly #animations = new RunningAnimations();
  readonly #drawings = new AnimatedDrawings();
  readonly #preparation: Preparation;
  readonly #quiet: PageQuiet;
  readonly #changes: PageChanges;
  readonly #course: CaptureCourse;
  #areStepsDone = false;
  readonly #named: NamedShot[] = [];
  /** Of the document that is captured. */
  #documentId = '';
  /** CSS pixels. */
  #windowHeight: number;

  constructor(options: PageCaptureOptions) {
    this.#options = options;
    this.#session = options.page.session;
    this.#config = options.config;
    this.#log = options.log;
    this.#rules = new RequestRules(options.config, options.url);
    this.#serviceWorkers =
      options.config.serviceWorkers === 'allow' ? new ServiceWorkerWatch(this.#session) : undefined;
    this.#windowHeight = options.config.viewportSize.height;
    this.#course = new CaptureCourse(options);
    this.#documents = new DocumentWatch({
      session: this.#session,
      mainFrameId: options.page.targetId,
      url: options.url,
      config: options.config,
      log: options.log,
      egressProblemOf: options.egressProblemOf,
      onFatal: (error) => this.#course.fail(error),
    });
    this.#network = new NetworkWatch({
      log: options.log,
      mainFrameId: options.page.targetId,
      pageSessionId: this.#session.id,
      documents: this.#documents.events,
      resourceTimeoutMs: options.config.resourceTimeoutMs,
      egressProblemOf: options.egressProblemOf,
    });
    this.#frames = new PageFrames({
      session: this.#session,
      mainFrameId: options.page.targetId,
      agentSource: agentSource(options.config, true),
    });
    this.#quiet = new PageQuiet({
      config: options.config,
      log: options.log,
      network: this.#network,
      frames: this.#frames,
      serviceWorkers: this.#serviceWorkers,
      processorMs: () => processorMsOf([this.#session, ...this.#frames.inner.map(({ session }) => session)]),
      call: (call) => this.#agent(call),
      assertStill: () => this.#documents.assertStill(this.#documentId),
    });
    this.#preparation = new Preparation({
      frames: this.#frames,
      animations: this.#animations,
      drawings: this.#drawings,
      config: options.config,
      log: options.log,
      call: (call) => this.#agent(call),
    });
    this.#changes = new PageChanges({
      page: this.#session,
      frames: this.#frames,
      config: options.config,
      log: options.log,
      quiet: this.#quiet,
      preparation: this.#preparation,
      onStage: (stage) => this.#course.enter(stage),
    });
  }

  /**
   * @param deadline `performance.now()` after which the capture fails
   * @throws CaptureFailed with the reason; ConnectionClosedError when the browser is gone
   */
  async run(deadline: number): Promise<CapturedDocument> {
    this.#listen();
    const page = { documents: this.#documents, network: this.#network };
    return this.#course.run(deadline, page, () => this.#captureWithRestarts());
  }

  /** Further screenshots taken so far. */
  get named(): readonly NamedShot[] {
    return this.#named;
  }

  /** Ends the capture from outside. */
  abort(reason: Error): void {
    this.#course.fail(reason);
  }

  /** Follows a worker's requests too, and those of a frame in another process with all that is done in frames. */
  watchWorker(session: CdpSession, worker: WorkerTarget): void {
    const isService = worker.type === 'service_worker';
    // Chromium attaches a service worker to its page and to the browser.
    if (isService && this.#watchedServiceWorkers.has(worker.targetId)) return;
    this.#network.watch(session, worker);
    let hasBegun = false;
    session.on('Inspector.workerScriptLoaded', () => (hasBegun = true));
    const watched = session.send('Network.enable', { maxTotalBufferSize: 0 });
    watched.then(() => hasBegun && this.#network.noteBegun(worker)).catch(() => undefined);
    if (isService) {
      // What the page itself requests is intercepted at the page.
      this.#watchedServiceWorkers.add(worker.targetId);
      this.#applyRules(session).catch(() => undefined);
    }
    if (worker.type === 'iframe') {
      this.#frames.watch(session);
      this.#animations.watch(session);
      prepareFrame(session, agentSource(this.#config, true));
    }
    if (!clockedWorkers.has(worker.type)) return;
    if (worker.type === 'shared_worker') this.#quiet.addSharedWorker(session);
    evaluate(session, workerClockSource(this.#config))
      .then(() => (hasBegun ? this.#noteLateClock(session) : undefined))
      .catch(() => undefined);
  }

  /** Another program that drives the browser did not wait. The clock cannot know that the worker was connected. */
  async #noteLateClock(worker: CdpSession): Promise<void> {
    this.#log.add('note', 'a worker of the page began before its clock was set');
    await evaluate(worker, 'globalThis.__dpxdtClock.isConnected = undefined');
  }

  /** A file that the page, one of its frames or a window that it opened leads to. */
  onDownload({ frameId, url, suggestedFilename }: Download): void {
    this.#log.add('note', `download of ${url} denied`);
    if (frameId === this.#options.page.targetId) this.#course.fail(downloadFailure(suggestedFilename || url));
  }

  /** @param status Chromium's word for how the page crashed, `oom` when it ran out of memory */
  onCrash(status: string): void {
    this.#course.fail(crashFailure(status));
  }

  #listen(): void {
    const session = this.#session;
    this.#network.watch(session);
    this.#animations.watch(session);
    this.#drawings.watch(session);
    watchConsole(session, this.#log);
    session.on('Inspector.targetCrashed', () => {
      setTimeout(() => this.onCrash('crashed'), crashReportMs).unref();
    });
    session.onClosed(() => this.#course.fail(new ConnectionClosedError('the page is gone')));
    session.on('Page.javascriptDialogOpening', ({ type, message }) => {
      const accept = type === 'beforeunload';
      this.#log.add('dialog', `${type} ${accept ? 'accepted' : 'dismissed'}: ${message.slice(0, 500)}`);
      session.send('Page.handleJavaScriptDialog', { accept }).catch(() => undefined);
    });
    session.on('Page.windowOpen', ({ url }) => {
      this.#course.onPopup('not opened', url);
    });
  }

  async #captureWithRestarts(): Promise<CapturedDocument> {
    await this.#open();
    for (;;) {
      const { id } = this.#documents;
      try {
        return await this.#captureDocument(id);
      } catch (error) {
        if (!(error instanceof NavigatedAway) && !isNavigationError(error)) throw error;
        // The error may arrive before the event that says where the page went.
        await this.#documents.whenAnother(id, 2_000);
      }
    }
  }

  async #open(): Promise<void> {
    const { url, userAgent } = this.#options;
    const { width, height } = this.#config.viewportSize;
    this.#log.add('capture', `${url} at ${width} × ${height}`);
    this.#course.enter('loading');
    // A navigation that changes the process makes Chromium lose set-up commands.
    await this.#course.setUp(
      this.#options.setUpTimeoutMs,
      Promise.all([
        this.#applyRules(this.#session),
        this.#serviceWorkers?.start(),
        setUpPage(this.#session, this.#config, url, userAgent, this.#log),
      ]),
    );
    await this.#documents.open(this.#course.deadline);
  }

  /** Applies the config's rules to the requests of the page, or of one of its service workers. */
  async #applyRules(session: CdpSession): Promise<void> {
    const { page, serveFiles } = this.#options;
    const isPage = session === this.#session;
    const context = {
      mainFrameId: page.targetId,
      watch: this.#network,
      log: this.#log,
      serveFiles: serveFiles && isPage,
    };
    await Promise.all([
      isPage ? undefined : session.send('Network.setBlockedURLs', { urls: alwaysBlockedUrls }),
      this.#rules.needed || context.serveFiles ? interceptRequests(session, this.#rules, context) : undefined,
    ]);
  }

  async #captureDocument(id: string): Promise<CapturedDocument> {
    this.#documentId = id;
    this.#course.enter('loading');
    await this.#whenLoaded();
    this.#course.enter('settling');
    await this.#quiet.settle();
    this.#assertLoggedIn();
    if (!this.#areStepsDone) {
      await this.#showWhole();
      await this.#changes.wait();
      await this.#act();
    }
    const document = await this.#shoot(this.#options.expected);
    this.#options.onState?.(await readStorageState(this.#session));
    return document;
  }

  /** @throws CaptureFailed `http_auth_required` when the page led to the page of its login */
  #assertLoggedIn(): void {
    const { login } = this.#config;
    if (login === undefined || this.#areStepsDone) return;
    const place = (address: string): string => {
      const { origin, pathname } = new URL(address, this.#options.url);
      return origin + pathname;
    };
    const loginPlace = place(login.url);
    if (place(this.#documents.url) !== loginPlace || place(this.#options.url) === loginPlace) return;
    throw new CaptureFailed('http_auth_required', `The page leads to its login, ${loginPlace}.`);
  }

  async #whenLoaded(): Promise<void> {
    const { resourceTimeoutMs } = this.#config;
    const isLoaded = await this.#quiet.patiently(this.#documents.whenLoaded(resourceTimeoutMs));
    if (isLoaded) return;
    this.#log.add('note', `not fully loaded after ${formatDuration(resourceTimeoutMs)}; continuing`);
  }

  async #showWhole(): Promise<void> {
    this.#windowHeight = await showWholePage({
      resize: async ({ height }) => void (await emulateWindow(this.#session, this.#config, height)),
      drawsFramesBelow: false,
      config: this.#config,
      log: this.#log,
      call: (call) => this.#agent(call),
      settle: () => this.#quiet.settle(),
      onScroll: () => this.#course.enter('scrolling'),
    });
  }

  /**
   * Does the steps of the config: timers run until the last of them, and nothing scrolls after it. A document that follows
   * is captured without doing them again.
   */
  async #act(): Promise<void> {
    if ((this.#config.steps ?? []).length === 0) return;
    this.#course.enter('acting');
    try {
      await this.#quiet.released(() =>
        runSteps(this.#steppedPage(), (subject) => {
          this.#course.step = subject;
          this.#documents.beginStep();
        }),
      );
    } catch (error) {
      if (error instanceof CaptureFailed) error.image = await this.#failureImage();
      throw error;
    }
    this.#course.step = '';
    this.#areStepsDone = true;
  }

  #steppedPage(): SteppedPage {
    return {
      session: this.#session,
      frames: this.#frames,
      config: this.#config,
      log: this.#log,
      url: this.#options.url,
      coverSecret: (selector) => this.#preparation.coverSecret(selector),
      deadline: this.#course.deadline,
      settle: () => this.#settleAnywhere(),
      goto: (address) =>
        this.#documents.goto(
          addressToGoTo(address, this.#documents.url, this.#course.step),
          this.#course.deadline,
        ),
      shoot: (name) => this.#shootNamed(name),
    };
  }

  /** Waits until the page is quiet; follows it where it navigates. */
  async #settleAnywhere(): Promise<void> {
    for (;;) {
      await this.#documents.whenArrived(this.#config.resourceTimeoutMs);
      const { id } = this.#documents;
      const isAnother = this.#documentId !== id;
      this.#documentId = id;
      try {
        await this.#whenLoaded();
        await this.#quiet.release(true);
        await this.#quiet.settle();
        if (isAnother) {
          await this.#showWhole();
          this.#course.enter('acting');
          this.#changes.expectAnotherPage();
        }
        if (!this.#documents.isNavigating) return;
      } catch (error) {
        if (!(error instanceof NavigatedAway) && !isNavigationError(error)) throw error;
        await this.#documents.whenAnother(id, 2_000);
      }
    }
  }

  async #shootNamed(name: string): Promise<void> {
    await this.#quiet.release(false);
    const document = await this.#shoot(undefined);
    await this.#quiet.release(true);
    this.#named.push({
      name,
      ...shownFields(document),
      durationMs: this.#log.elapsedMs,
      browserVersion: this.#options.browserVersion,
      engine: this.#options.engine,
    });
    this.#course.enter('acting');
  }

  /** What the window shows when a step fails; undefined: the page does not answer. */
  async #failureImage(): Promise<Uint8Array | undefined> {
    const take = async (): Promise<Uint8Array> => {
      await this.#agent('show()');
      const { page, viewport } = await this.#preparation.prepare();
      return Buffer.from(await chromiumCamera(this.#session, viewport).take(viewport, page.x), 'base64');
    };
    try {
      return await within(failureImageMs, take(), () => new Error('late'));
    } catch {
      return undefined;
    }
  }

  async #shoot(expected: Uint8Array | undefined): Promise<CapturedDocument> {
    await this.#changes.change(this.#documentId);
    await this.#changes.delay();
    this.#course.enter('shooting');
    const { width } = this.#config.viewportSize;
    const config = { ...this.#config, viewportSize: { width, height: this.#windowHeight } };
    const recorder = this.#domRecorder();
    const screenshotAt = performance.now();
    let early: Promise<Uint8Array | null> | undefined;
    const screenshots = await captureUntilEqual({
      camera: chromiumCamera(this.#session, config.viewportSize),
      config,
      log: this.#log,
      expected,
      prepare: () => this.#preparation.prepare(),
      show: () => this.#agent('show()'),
      // The page need not wait for it. A document that does not change until after the first screenshot is as it shows;
      // what two equal screenshots show did not change between them.
      onFirst: () => (expected === undefined ? recorder.ask() : undefined),
      onSecond: (first, hasChanged) => {
        if (hasChanged) recorder.forget();
        early = recorder.file(first);
      },
      deadline: this.#course.deadline,
    });
    this.#documents.assertStill(this.#documentId);
    await this.#preparation.warn();
    const isEarlyValid = screenshots.shots === 2 && screenshots.settled;
    const isWanted = !(screenshots.isExpected && this.#options.isDomKnown);
    const recording = isEarlyValid ? early : isWanted ? recorder.file(screenshots) : null;
    const incomplete = checkComplete({
      shots: screenshots,
      network: this.#network,
      config: this.#config,
      log: this.#log,
      screenshotAt,
    });
    return { shots: screenshots, dom: (await recording) ?? null, incomplete };
  }

  #domRecorder(): DomRecorder {
    return new DomRecorder({
      session: this.#session,
      config: this.#config,
      log: this.#log,
      call: (call) => this.#agent(call),
      maskedNodes: () => this.#preparation.maskedNodes(),
      deadline: this.#course.deadline,
    });
  }

  /** Calls the page agent in the page itself. */
  #agent<T>(call: string): Promise<T> {
    return this.#frames.call(this.#frames.main, call) as Promise<T>;
  }
}
