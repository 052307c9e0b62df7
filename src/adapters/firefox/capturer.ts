import { availableParallelism } from 'node:os';
import { resolveCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../../domain/capture/capture.ts';
import { firefoxRefusals } from '../../domain/capture/firefox-keys.ts';
import { AppError } from '../../base/errors.ts';
import type { Capturer, CaptureRequest } from '../../ports/capturer.ts';
import type { Egress } from '../../ports/egress.ts';
import type { CaptureLog } from '../browser/capture-log.ts';
import { canceled, outcomeOf, type Captured } from '../browser/capture-outcome.ts';
import { engineOf } from '../browser/engine.ts';
import { BrowserUnfit, CaptureFailed, unfitIfRefused } from '../browser/failures.ts';
import type { SandboxMode } from '../browser/privileges.ts';
import { eachOnce, withSecondBrowser } from '../browser/second-browser.ts';
import { Turns } from '../browser/turns.ts';
import { findFirefox } from './find-firefox.ts';
import { FirefoxCapture } from './firefox-capture.ts';
import type { FirefoxPage } from './firefox-page.ts';
import { FirefoxPool, type FirefoxLease } from './firefox-pool.ts';
import { launchFirefox } from './firefox-process.ts';
import { visiblePreferences } from './preferences.ts';

export interface FirefoxCapturerOptions {
  /** Path of Firefox; default: the one that `findFirefox` finds. */
  browserPath?: string;
  /** Concurrent captures, at most four per core; default: two per core, at least 2, at most 8. */
  concurrency?: number;
  /** Whether `file:` addresses may be captured; default false. */
  allowFileUrls?: boolean;
  /** Default `auto`. */
  sandbox?: SandboxMode;
  /** Called with one sentence, once each: Firefox has less protection than it should, or left a folder behind. */
  onNotice?: (sentence: string) => void;
  /** Parent of the temporary profile folders; default the system's temporary folder. */
  tempDir?: string;
  /** Time limit for opening and preparing a page; then Firefox is replaced. Default 30,000. */
  openPageTimeoutMs?: number;
  /** The only route to the network; default: Firefox connects directly. */
  egress?: Egress;
}

/** More windows of one Firefox make each capture slower and none of them sooner. */
const mostPerCore = 4;
const closePageTimeoutMs = 5_000;
const defaultOpenPageTimeoutMs = 30_000;

/** Makes a capturer. Its browsers start with the first capture that needs them and end with {@link Capturer.close}. */
export function createFirefoxCapturer(options: FirefoxCapturerOptions = {}): Capturer {
  return new FirefoxCapturer(options);
}

class FirefoxCapturer implements Capturer {
  readonly #options: FirefoxCapturerOptions;
  readonly #turns: Turns;
  readonly #notice: (sentence: string) => void;
  #pool: Promise<FirefoxPool> | undefined;
  #closed = false;

  constructor(options: FirefoxCapturerOptions) {
    this.#options = options;
    const { concurrency } = options;
    const most = mostPerCore * availableParallelism();
    this.#turns = new Turns(concurrency === undefined ? undefined : Math.min(concurrency, most));
    this.#notice = eachOnce(options.onNotice);
  }

  async start(): Promise<void> {
    const lease = await (await this.#browsers()).lease(resolveCaptureConfig({}));
    await lease.release();
  }

  async capture(request: CaptureRequest): Promise<CaptureOutcome> {
    return this.#turns.take(request.signal, () =>
      outcomeOf(request, this.#options.allowFileUrls === true, ({ url, log, onStage }) => {
        const [refusal] = firefoxRefusals(request.config);
        if (refusal !== undefined) {
          throw new CaptureFailed(
            'script_error',
            `The config cannot be used: "${refusal.key}": ${refusal.problem}.`,
          );
        }
        return this.#withBrowser({ ...request, onStage }, url, log);
      }),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.close();
  }

  async #withBrowser(request: CaptureRequest, url: string, log: CaptureLog): Promise<Captured> {
    const pool = await this.#browsers();
    const config = resolveCaptureConfig(request.config);
    return withSecondBrowser(
      {
        lease: () => pool.lease(config),
        log,
        isOver: () => this.#closed || request.signal?.aborted === true,
      },
      async (lease, onBroken) => {
        const document = await this.#inPage(lease, request, url, log, onBroken);
        const how = { browser: 'firefox' as const, switches: visiblePreferences };
        return { document, version: lease.version, engine: await engineOf(lease.version, true, how) };
      },
    );
  }

  async #inPage(
    lease: FirefoxLease,
    request: CaptureRequest,
    url: string,
    log: CaptureLog,
    onBroken: () => void,
  ): Promise<Captured['document']> {
    const config = resolveCaptureConfig(request.config);
    let capture: FirefoxCapture | undefined;
    let page: FirefoxPage | undefined;
    const abort = (): void => capture?.abort(canceled());
    request.signal?.addEventListener('abort', abort, { once: true });
    try {
      const ignoreTlsErrors = config.ignoreTlsErrors === true;
      const opening = lease.openPage({ ignoreTlsErrors, onPopup: (popup) => capture?.onPopup(popup) });
      page = await unfitIfRefused(opening);
      capture = new FirefoxCapture({
        page,
        url,
        config,
        expected: request.expected,
        log,
        onStage: request.onStage ?? (() => undefined),
        egressProblemOf: (address) => this.#options.egress?.problemOf(address),
        setUpTimeoutMs: this.#answerTimeoutMs,
      });
      if (request.signal?.aborted === true) abort();
      // From when the page is open: windows open one after the other, and others may be before it.
      return await capture.run(performance.now() + config.timeoutMs);
    } catch (error) {
      if (page === undefined || error instanceof BrowserUnfit) onBroken();
      throw error;
    } finally {
      request.signal?.removeEventListener('abort', abort);
      await page?.dispose(closePageTimeoutMs).catch(() => onBroken());
    }
  }

  get #answerTimeoutMs(): number {
    return this.#options.openPageTimeoutMs ?? defaultOpenPageTimeoutMs;
  }

  #browsers(): Promise<FirefoxPool> {
    if (this.#closed) throw new AppError('unavailable', 'The capturer is closed.');
    this.#pool ??= this.#makePool();
    return this.#pool;
  }

  async #makePool(): Promise<FirefoxPool> {
    const { sandbox = 'auto', tempDir, egress } = this.#options;
    try {
      const browserPath = await findFirefox(this.#options.browserPath);
      return new FirefoxPool(
        (settings) =>
          launchFirefox({
            browserPath,
            sandbox,
            settings,
            ...(tempDir === undefined ? {} : { tempDir }),
            proxyAddress: egress?.address,
            onNotice: this.#notice,
          }),
        this.#answerTimeoutMs,
      );
    } catch (error) {
      this.#pool = undefined;
      throw error;
    }
  }
}
