import { resolveCaptureConfig } from '../../domain/capture/capture-config.ts';
import { describeMissingSecret, missingSecrets } from '../../domain/capture/secrets.ts';
import type { StorageState } from '../../domain/capture/storage-state.ts';
import type { CaptureEngine } from '../../domain/capture/environment.ts';
import type { CaptureOutcome, Failure, NamedShot } from '../../domain/capture/capture.ts';
import { AppError } from '../../base/errors.ts';
import type { Capturer, CaptureRequest } from '../../ports/capturer.ts';
import type { Egress } from '../../ports/egress.ts';
import type { BrowserLease, RecycleLimits } from './browser-pool.ts';
import { CaptureLog } from './capture-log.ts';
import { canceled, outcomeOf, type Captured } from './capture-outcome.ts';
import { engineOf } from './engine.ts';
import { BrowserUnfit, unfitIfRefused } from './failures.ts';
import { loginRequest, Logins, type LoginOutcome } from './login/logins.ts';
import { poolOfBrowsers, type Pool } from './pool-of-browsers.ts';
import type { CapturedDocument } from './captured-document.ts';
import { PageCapture } from './page-capture.ts';
import type { PageTarget } from './page-target.ts';
import type { SandboxMode } from './privileges.ts';
import { eachOnce, withSecondBrowser } from './second-browser.ts';
import { Turns } from './turns.ts';

export interface CapturerOptions {
  /** Browsers to use instead of starting one: addresses of their debugging ports, DevTools sockets or Playwright servers. */
  endpoints?: readonly string[];
  /** Whether browsers on other machines may be used although their pages do not pass the egress proxy. */
  trustEndpoints?: boolean;
  /** Path of the browser; default: the one that `findBrowser` finds. */
  browserPath?: string;
  /** Concurrent captures; default: two per core, at least 2, at most 8. */
  concurrency?: number;
  /** Whether `file:` addresses may be captured; default false. */
  allowFileUrls?: boolean;
  /** Default `auto`. */
  sandbox?: SandboxMode;
  /** Called with one sentence, once each: the browser has less protection than it should, or left a folder behind. */
  onNotice?: (sentence: string) => void;
  /** When to replace a browser; default after 100 captures or at 500 MB. */
  recycle?: Partial<RecycleLimits>;
  /** MB limit of one page's JavaScript; default 512. */
  pageMemoryMb?: number;
  /** Parent of the browser's temporary profile folder; default the system's temporary folder. */
  tempDir?: string;
  /** Time limit for getting ready and for preparing a page; then the browser is replaced. Default 30,000. */
  openPageTimeoutMs?: number;
  /** The only route to the network; default: the browser connects directly. */
  egress?: Egress;
}

/** A login that no longer counts is made again this often for one capture. */
const maxLoginsAgain = 2;
const closePageTimeoutMs = 2_000;
const defaultOpenPageTimeoutMs = 30_000;

/** Makes a capturer. Its browser starts with the first capture and ends with {@link Capturer.close}. */
export function createCapturer(options: CapturerOptions = {}): Capturer {
  return new BrowserCapturer(options);
}

class BrowserCapturer implements Capturer {
  readonly #options: CapturerOptions;
  readonly #turns: Turns;
  readonly #notice: (sentence: string) => void;
  #pool: Promise<Pool> | undefined;
  readonly #logins = new Logins();
  #closed = false;

  constructor(options: CapturerOptions) {
    this.#options = options;
    this.#turns = new Turns(options.concurrency);
    this.#notice = eachOnce(options.onNotice);
  }

  async start(): Promise<void> {
    const lease = await (await this.#browsers()).lease();
    await lease.release();
  }

  async capture(request: CaptureRequest): Promise<CaptureOutcome> {
    const [missing] = missingSecrets(request.config);
    if (missing !== undefined) return withoutSecret(request, missing);
    return this.#turns.take(request.signal, () =>
      request.config.login === undefined ? this.#captureOnce(request) : this.#captureLoggedIn(request),
    );
  }

  /** With the state that is given, or what the login left; logs in where that no longer counts. */
  async #captureLoggedIn(request: CaptureRequest): Promise<CaptureOutcome> {
    const { storageState } = request.config;
    for (let again = 0; ; again++) {
      const held = this.#logins.hold(request, async () =>
        typeof storageState === 'object' && again === 0
          ? { state: storageState }
          : await this.#logIn(request),
      );
      const login = await held.outcome;
      if ('failed' in login) {
        this.#logins.drop(held);
        return login.failed;
      }
      const config = { ...request.config, storageState: login.state };
      const outcome = await this.#captureOnce({ ...request, config });
      if (outcome.ok || !isLoggedOut(outcome.failure) || again === maxLoginsAgain) return outcome;
      this.#logins.drop(held);
    }
  }

  async #logIn(request: CaptureRequest): Promise<LoginOutcome> {
    if (!URL.canParse(request.config.login!.url, request.url)) {
      const { url } = request.config.login!;
      const failure = { reason: 'url_not_allowed', message: `login: "${url}" is not an address.` } as const;
      return { failed: { ok: false, failure, log: '', durationMs: 0 } };
    }
    let state: StorageState = { cookies: [], origins: [] };
    const outcome = await this.#captureOnce(loginRequest(request), (left) => (state = left));
    if (outcome.ok) {
      request.onLogin?.(state);
      return { state };
    }
    const message = `Login: ${outcome.failure.message}`;
    return { failed: { ...outcome, failure: { ...outcome.failure, message } } };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.close();
  }

  /** @param onState called with cookies and local storage after the capture */
  #captureOnce(request: CaptureRequest, onState?: (state: StorageState) => void): Promise<CaptureOutcome> {
    return outcomeOf(request, this.#options.allowFileUrls === true, ({ url, log, onStage, onNamed }) =>
      this.#withBrowser({ ...request, onStage }, url, log, { onNamed, onState }),
    );
  }

  async #withBrowser(
    request: CaptureRequest,
    url: string,
    log: CaptureLog,
    listeners: PageListeners,
  ): Promise<Captured> {
    const pool = await this.#browsers();
    return withSecondBrowser(
      { lease: () => unfitIfRefused(pool.lease()), log, isOver: () => this.#isOver(request) },
      async (lease, onBroken) => ({
        document: await this.#inPage(lease, request, url, log, onBroken, listeners),
        version: lease.version,
        engine: await this.#engineOf(lease.version),
      }),
    );
  }

  #isOver({ signal }: CaptureRequest): boolean {
    return this.#closed || signal?.aborted === true;
  }

  async #inPage(
    lease: BrowserLease,
    request: CaptureRequest,
    url: string,
    log: CaptureLog,
    onBroken: () => void,
    { onNamed, onState }: PageListeners,
  ): Promise<CapturedDocument> {
    const config = resolveCaptureConfig(request.config);
    const deadline = performance.now() + config.timeoutMs;
    let capture: PageCapture | undefined;
    let page: PageTarget | undefined;
    const abort = (): void => capture?.abort(canceled());
    request.signal?.addEventListener('abort', abort, { once: true });
    try {
      const opening = lease.openPage(config.viewportSize, {
        onWorker: (session, worker) => capture?.watchWorker(session, worker),
        onDownload: (download) => capture?.onDownload(download),
        onCrash: (status) => capture?.onCrash(status),
      });
      page = await unfitIfRefused(opening).catch((error: unknown) => {
        onBroken();
        throw error;
      });
      capture = new PageCapture({
        page,
        url,
        config,
        expected: request.expected,
        isDomKnown: request.isDomKnown === true,
        log,
        userAgent: lease.userAgent,
        browserVersion: lease.version,
        engine: await this.#engineOf(lease.version),
        onState,
        serveFiles: lease.otherUser && url.startsWith('file:'),
        onStage: request.onStage ?? (() => undefined),
        egressProblemOf: (address) => this.#options.egress?.problemOf(address),
        setUpTimeoutMs: this.#answerTimeoutMs,
      });
      if (request.signal?.aborted === true) abort();
      return await capture.run(deadline);
    } catch (error) {
      if (error instanceof BrowserUnfit) onBroken();
      throw error;
    } finally {
      request.signal?.removeEventListener('abort', abort);
      onNamed(capture?.named ?? []);
      await page?.dispose(closePageTimeoutMs).catch(() => onBroken());
    }
  }

  #engineOf(version: string): Promise<CaptureEngine> {
    return engineOf(version, (this.#options.endpoints ?? []).length === 0);
  }

  get #answerTimeoutMs(): number {
    return this.#options.openPageTimeoutMs ?? defaultOpenPageTimeoutMs;
  }

  #browsers(): Promise<Pool> {
    if (this.#closed) throw new AppError('unavailable', 'The capturer is closed.');
    this.#pool ??= this.#makePool();
    return this.#pool;
  }

  async #makePool(): Promise<Pool> {
    // Lists the fonts while the browser starts.
    void this.#engineOf('');
    try {
      return await poolOfBrowsers(this.#options, this.#answerTimeoutMs, this.#notice);
    } catch (error) {
      this.#pool = undefined;
      throw error;
    }
  }
}

interface PageListeners {
  onNamed: (named: readonly NamedShot[]) => void;
  onState?: ((state: StorageState) => void) | undefined;
}

/** Nothing is opened: no attempt repairs it. */
function withoutSecret(
  { config, secretsFrom = 'environment' }: CaptureRequest,
  name: string,
): CaptureOutcome {
  const failure: Failure = { reason: 'secret_missing', message: describeMissingSecret(name, secretsFrom) };
  const log = new CaptureLog(config);
  log.add('result', `failed: ${failure.reason}: ${failure.message}`);
  return { ok: false, failure, log: log.toString(), durationMs: 0 };
}

/** The page led to its login, or asked for one. */
function isLoggedOut({ reason, httpStatus }: Failure): boolean {
  return reason === 'http_auth_required' || httpStatus === 401;
}
