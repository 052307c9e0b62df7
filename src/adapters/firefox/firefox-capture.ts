import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { Egress } from '../../ports/egress.ts';
import { formatDuration, type CaptureLog } from '../browser/capture-log.ts';
import { ConnectionClosedError } from '../browser/cdp-connection.ts';
import { CaptureCourse } from '../browser/capture-course.ts';
import { checkComplete, type CapturedDocument } from '../browser/captured-document.ts';
import { CaptureFailed, downloadFailure } from '../browser/failures.ts';
import { NavigatedAway } from '../browser/followed-documents.ts';
import { ScriptThrew } from '../browser/evaluate.ts';
import { PageChanges } from '../browser/page-changes.ts';
import { agentSource } from '../browser/page-setup.ts';
import { PageQuiet } from '../browser/page-quiet.ts';
import { showWholePage } from '../browser/page-scroll.ts';
import { Preparation } from '../browser/preparation.ts';
import { RequestRules } from '../browser/request-rules.ts';
import { captureUntilEqual } from '../browser/shoot.ts';
import { BidiError } from './bidi-connection.ts';
import { firefoxCamera } from './firefox-camera.ts';
import { FirefoxDocuments } from './firefox-documents.ts';
import { FirefoxFrames } from './firefox-frames.ts';
import { FirefoxNetwork } from './firefox-network.ts';
import type { FirefoxPage } from './firefox-page.ts';
import { interceptRequests } from './firefox-requests.ts';
import { setUpPage } from './firefox-setup.ts';

/** How long the event may take that tells of another document, on a busy machine. */
const explanationMs = 10_000;

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
  readonly #changes: PageChanges;
  readonly #course: CaptureCourse;
  /** Of the document that is captured. */
  #documentId = '';

  constructor(options: FirefoxCaptureOptions) {
    const { page, url, config, log, egressProblemOf } = options;
    this.#options = options;
    this.#page = page;
    this.#config = config;
    this.#log = log;
    this.#course = new CaptureCourse(options);
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
      onFatal: (error) => this.#course.fail(error),
    });
    this.#frames = new FirefoxFrames(page, agentSource(config, false));
    this.#quiet = new PageQuiet({
      config,
      log,
      network: this.#network,
      frames: this.#frames,
      serviceWorkers: undefined,
      processorMs: undefined,
      call: (call) => this.#agent(call),
      assertStill: () => this.#documents.assertStill(this.#documentId),
    });
    this.#preparation = new Preparation({
      frames: this.#frames,
      // Those that no script finds are not stopped.
      animations: { stop: () => Promise.resolve() },
      drawings: { still: () => Promise.resolve({}) },
      config,
      log,
      call: (call) => this.#agent(call),
    });
    this.#changes = new PageChanges({
      page,
      frames: this.#frames,
      config,
      log,
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

  /** Ends the capture from outside. */
  abort(reason: Error): void {
    this.#course.fail(reason);
  }

  /** A window that the page opened and that was closed at once. */
  onPopup(url: string): void {
    this.#course.onPopup('closed', url);
  }

  #listen(): void {
    const page = this.#page;
    const log = this.#log;
    page.onClosed(() => this.#course.fail(new ConnectionClosedError('the page is gone')));
    page.on('browsingContext.contextDestroyed', ({ context }) => {
      if (context === page.context)
        this.#course.fail(new CaptureFailed('page_crashed', 'The page crashed in the browser.'));
    });
    page.on('browsingContext.downloadWillBegin', ({ context, url, suggestedFilename }) => {
      log.add('note', `download of ${url} denied`);
      if (context === page.context) this.#course.fail(downloadFailure(suggestedFilename || url));
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
        // A script that the page agent needs may find the document half gone.
        const isSymptom = error instanceof BidiError || error instanceof ScriptThrew;
        if (!isSymptom && !(error instanceof NavigatedAway)) throw error;
        // The error may arrive before the event that says where the page went.
        await this.#documents.whenAnother(id, explanationMs);
        if (isSymptom && this.#documents.id === id) throw error;
      }
    }
  }

  async #open(): Promise<void> {
    const { url } = this.#options;
    const { width, height } = this.#config.viewportSize;
    this.#log.add('capture', `${url} at ${width} × ${height} in Firefox`);
    if (this.#config.dom) this.#log.add('note', 'the structure of the page is not recorded: Firefox cannot');
    this.#course.enter('loading');
    const rules = new RequestRules(this.#config, url);
    await this.#course.setUp(
      this.#options.setUpTimeoutMs,
      Promise.all([
        interceptRequests(this.#page, rules, { network: this.#network, log: this.#log }),
        setUpPage(this.#page, this.#config, url, this.#log),
      ]),
    );
    await this.#documents.open(this.#course.deadline);
  }

  async #captureDocument(id: string): Promise<CapturedDocument> {
    this.#documentId = id;
    const { resourceTimeoutMs, viewportSize, deviceScaleFactor } = this.#config;
    this.#course.enter('loading');
    if (!(await this.#quiet.patiently(this.#documents.whenLoaded(resourceTimeoutMs)))) {
      this.#log.add('note', `not fully loaded after ${formatDuration(resourceTimeoutMs)}; continuing`);
    }
    this.#course.enter('settling');
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
      onScroll: () => this.#course.enter('scrolling'),
    });
    await this.#changes.wait();
    await this.#changes.change(id);
    await this.#changes.delay();
    this.#course.enter('shooting');
    const config = { ...this.#config, viewportSize: { ...viewportSize, height } };
    const screenshotAt = performance.now();
    const shots = await captureUntilEqual({
      camera: firefoxCamera(this.#page, config),
      config,
      log: this.#log,
      expected: this.#options.expected,
      prepare: () => this.#preparation.prepare(),
      show: () => this.#agent('show()'),
      deadline: this.#course.deadline,
    });
    this.#documents.assertStill(id);
    await this.#preparation.warn();
    const incomplete = checkComplete({
      shots,
      network: this.#network,
      config: this.#config,
      log: this.#log,
      screenshotAt,
    });
    return { shots, dom: null, incomplete };
  }

  /** Calls the page agent in the page itself. */
  async #agent<T>(call: string): Promise<T> {
    return (await this.#frames.call<T>(this.#frames.main, call)) as T;
  }
}
