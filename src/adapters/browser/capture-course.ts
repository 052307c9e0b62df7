import { formatDuration, type CaptureLog } from './capture-log.ts';
import { BrowserUnfit, CaptureFailed, hostOf, unfitIfRefused } from './failures.ts';
import { within } from './within.ts';

const loggedPopups = 10;

interface CaptureCourseOptions {
  url: string;
  config: { timeoutMs: number };
  log: CaptureLog;
  onStage: (stage: string) => void;
}

/** What the page is like when the time is over. */
interface PageState {
  documents: { id: string; isRestless: boolean; loopFailure(): CaptureFailed };
  network: { openUrls(): string[]; logOpen(): void };
}

/** The course of one capture, in any browser: its stage, its time limit, and the error that ends it at any time. */
export class CaptureCourse {
  readonly #options: CaptureCourseOptions;
  /** Rejects with the error that ends the capture. */
  readonly #fatal: Promise<never>;
  #fail: (error: Error) => void = () => undefined;
  #deadline = Infinity;
  #stage = '';
  #stageStart = 0;
  #isSetUp = false;
  #popups = 0;
  /** The step at work; empty: none. */
  step = '';

  constructor(options: CaptureCourseOptions) {
    this.#options = options;
    this.#fatal = new Promise<never>((_, reject) => (this.#fail = reject));
    this.#fatal.catch(() => undefined);
  }

  /** `performance.now()` at which the capture ends. */
  get deadline(): number {
    return this.#deadline;
  }

  /** Ends the capture. */
  fail(error: Error): void {
    this.#fail(error);
  }

  /**
   * @param deadline `performance.now()` after which the capture fails
   * @throws CaptureFailed when the time is over, and whatever it was failed with
   */
  async run<T>(deadline: number, page: PageState, work: () => Promise<T>): Promise<T> {
    this.#deadline = deadline;
    const timer = setTimeout(
      () => this.fail(this.#timeoutFailure(page)),
      Math.max(0, deadline - performance.now()),
    );
    try {
      return await Promise.race([work(), this.#fatal]);
    } finally {
      clearTimeout(timer);
      this.#endStage();
      page.network.logOpen();
      if (this.#popups > 0) this.#options.log.add('popup', `${this.#popups} popups were blocked`);
    }
  }

  /**
   * Preparing an empty page is quick and succeeds; if it does not, the browser is unfit.
   *
   * @throws BrowserUnfit
   */
  async setUp(timeoutMs: number, settingUp: Promise<unknown>): Promise<void> {
    const late = (): Error => new BrowserUnfit('the browser does not prepare the page');
    await unfitIfRefused(within(timeoutMs, settingUp, late));
    this.#isSetUp = true;
  }

  enter(stage: string): void {
    if (this.#stage === stage) return;
    this.#endStage();
    this.#stage = stage;
    this.#stageStart = performance.now();
    this.#options.onStage(stage);
  }

  /** @param what became of a window that the page opened */
  onPopup(what: string, url: string): void {
    if (++this.#popups <= loggedPopups) this.#options.log.add('popup', `${what}: ${url || 'about:blank'}`);
  }

  #endStage(): void {
    if (this.#stage === '') return;
    const took = formatDuration(performance.now() - this.#stageStart);
    this.#options.log.add('stage', `${this.#stage} took ${took}`);
    this.#stage = '';
  }

  #timeoutFailure({ documents, network }: PageState): CaptureFailed {
    if (documents.isRestless) return documents.loopFailure();
    const [open] = network.openUrls();
    const doing = !this.#isSetUp
      ? 'the browser has not prepared the page'
      : documents.id === ''
        ? `${hostOf(this.#options.url)} has not answered`
        : open !== undefined && this.#stage === 'loading'
          ? `still waiting for ${open}`
          : this.step !== ''
            ? `${this.step} was not over`
            : `stuck while ${this.#stage}`;
    const limit = formatDuration(this.#options.config.timeoutMs);
    return new CaptureFailed('capture_timeout', `The page was not ready after ${limit}: ${doing}.`);
  }
}
