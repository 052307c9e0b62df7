import { availableParallelism } from 'node:os';
import { resolveCaptureConfig } from '../../domain/capture/capture-config.ts';
import { onlyColorOf } from '../../image/one-color.ts';
import type { StorageState } from '../../domain/capture/storage-state.ts';
import type { CaptureEngine } from '../../domain/capture/environment.ts';
import type { CaptureOutcome, Failure, NamedShot } from '../../domain/capture/capture.ts';
import { AppError } from '../../base/errors.ts';
import type { Capturer, CaptureRequest } from '../../ports/capturer.ts';
import type { Egress } from '../../ports/egress.ts';
import type { BrowserLease, RecycleLimits } from './browser-pool.ts';
import { CaptureLog } from './capture-log.ts';
import { engineOf } from './engine.ts';
import { ConnectionClosedError, ProtocolError } from './cdp-connection.ts';
import { ScriptThrew } from './evaluate.ts';
import { BrowserUnfit, CaptureFailed } from './failures.ts';
import { loginRequest, Logins, type LoginOutcome } from './login/logins.ts';
import { poolOfBrowsers, type Pool } from './pool-of-browsers.ts';
import { PageCapture, type CapturedDocument } from './page-capture.ts';
import type { PageTarget } from './page-target.ts';
import type { SandboxMode } from './privileges.ts';
import { StageTimes } from './stage-times.ts';

export interface CapturerOptions {
  /** Browsers to use instead of starting one: addresses of their debugging ports or DevTools sockets. */
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
  readonly #concurrency: number;
  readonly #noticed = new Set<string>();
  readonly #queue: (() => void)[] = [];
  #pool: Promise<Pool> | undefined;
  readonly #logins = new Logins();
  #running = 0;
  #closed = false;

  constructor(options: CapturerOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency ?? Math.min(8, Math.max(2, availableParallelism() * 2));
  }

  async start(): Promise<void> {
    const lease = await (await this.#browsers()).lease();
    await lease.release();
  }

  async capture(request: CaptureRequest): Promise<CaptureOutcome> {
    await this.#turn(request.signal);
    try {
      return await (request.config.login === undefined
        ? this.#captureOnce(request)
        : this.#captureLoggedIn(request));
    } finally {
      this.#endTurn();
    }
  }

  /** With what the login left; logs in again where that no longer counts. */
  async #captureLoggedIn(request: CaptureRequest): Promise<CaptureOutcome> {
    for (let again = 0; ; again++) {
      const held = this.#logins.hold(request, () => this.#logIn(request));
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

  /** Resolves when a capture may begin; the caller ends its turn with {@link #endTurn}. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running >= this.#concurrency && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
        signal?.addEventListener(
          'abort',
          () => {
            const index = this.#queue.indexOf(resolve);
            if (index === -1) return;
            this.#queue.splice(index, 1);
            this.#running++;
            resolve();
          },
          { once: true },
        );
      });
    } else this.#running++;
  }

  #endTurn(): void {
    const next = this.#queue.shift();
    // The turn passes to the next one, so the number of running captures does not change.
    if (next === undefined) this.#running--;
    else next();
  }

  /** @param onState called with cookies and local storage after the capture */
  async #captureOnce(
    request: CaptureRequest,
    onState?: (state: StorageState) => void,
  ): Promise<CaptureOutcome> {
    const start = performance.now();
    const log = new CaptureLog(request.config);
    const stages = new StageTimes(request.onStage);
    let named: readonly NamedShot[] = [];
    const failed = (error: CaptureFailed): CaptureOutcome => {
      const message = log.masked(error.failure.message);
      log.add('result', `failed: ${error.failure.reason}: ${message}`);
      return {
        ok: false,
        failure: { ...error.failure, message },
        ...(error.incomplete === undefined
          ? {}
          : { incomplete: error.incomplete.parts, incompleteCount: error.incomplete.count }),
        ...(error.image === undefined ? {} : { image: error.image }),
        ...(named.length === 0 ? {} : { named }),
        log: log.toString(),
        durationMs: performance.now() - start,
      };
    };
    try {
      const url = this.#checkedUrl(request.url);
      if (request.signal?.aborted === true) throw canceled();
      const { document, version } = await this.#withBrowser({ ...request, onStage: stages.enter }, url, log, {
        onNamed: (taken) => (named = taken),
        onState,
      });
      const { shots, dom, incomplete } = document;
      const { image, width, height, settled } = shots;
      if (!settled) {
        log.warn({
          code: 'unsettled',
          sentence: `The page never settled: no two of ${shots.shots} screenshots in a row were equal, so the last one was used.`,
        });
      }
      const onlyColor = await onlyColorOf(image);
      if (onlyColor !== null) {
        log.warn({
          code: 'blank',
          sentence: `The screenshot has only one color, ${onlyColor}: the page may be empty, or not ready yet.`,
        });
      }
      log.add(
        'result',
        `captured ${width} × ${height} after ${shots.shots} screenshots, ${settled ? 'settled' : 'not settled'}`,
      );
      return {
        ok: true,
        image,
        width,
        height,
        shots: shots.shots,
        settled,
        dom,
        incomplete: incomplete.parts,
        incompleteCount: incomplete.count,
        named,
        warnings: log.warnings,
        log: log.toString(),
        durationMs: performance.now() - start,
        stages: stages.ended(),
        browserVersion: version,
        engine: await this.#engineOf(version),
      };
    } catch (error) {
      if (error instanceof CaptureFailed) return failed(error);
      if (error instanceof ConnectionClosedError) {
        return failed(new CaptureFailed('page_crashed', 'The browser ended while it worked on this page.'));
      }
      if (error instanceof BrowserUnfit || error instanceof ProtocolError) {
        return failed(new CaptureFailed('page_crashed', `The browser does not work: ${error.message}.`));
      }
      if (error instanceof ScriptThrew) {
        return failed(new CaptureFailed('script_error', `The page cannot be prepared: ${error.message}.`));
      }
      throw error;
    }
  }

  /** One try, and a second one when the browser ended or is unfit, which this page may not have caused. */
  async #withBrowser(
    request: CaptureRequest,
    url: string,
    log: CaptureLog,
    listeners: PageListeners,
  ): Promise<{ document: CapturedDocument; version: string }> {
    const pool = await this.#browsers();
    for (let attempt = 1; ; attempt++) {
      let lease: BrowserLease | undefined;
      let broken = false;
      try {
        lease = await unfitIfRefused(pool.lease());
        const document = await this.#inPage(lease, request, url, log, () => (broken = true), listeners);
        return { document, version: lease.version };
      } catch (error) {
        const isBrowsersFault = error instanceof ConnectionClosedError || error instanceof BrowserUnfit;
        const isOver = attempt === 2 || this.#closed || request.signal?.aborted === true;
        if (!isBrowsersFault || isOver) throw error;
        const what = error instanceof BrowserUnfit ? `does not work (${error.message})` : 'ended';
        log.add('note', `the browser ${what}; trying once more in a new one`);
      } finally {
        await lease?.release(broken);
      }
    }
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
    const { onNotice } = this.#options;
    const notice = (sentence: string): void => {
      if (this.#noticed.has(sentence)) return;
      this.#noticed.add(sentence);
      onNotice?.(sentence);
    };
    // Lists the fonts while the browser starts.
    void this.#engineOf('');
    try {
      return await poolOfBrowsers(this.#options, this.#answerTimeoutMs, notice);
    } catch (error) {
      this.#pool = undefined;
      throw error;
    }
  }

  #checkedUrl(text: string): string {
    const allowed = this.#options.allowFileUrls === true ? ['http:', 'https:', 'file:'] : ['http:', 'https:'];
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url !== undefined && allowed.includes(url.protocol)) return url.href;
    const schemes = this.#options.allowFileUrls === true ? 'http, https and file' : 'http and https';
    throw new CaptureFailed(
      'url_not_allowed',
      url === undefined
        ? `"${text}" is not an address. Write it whole, such as http://localhost:8000/.`
        : `Only ${schemes} addresses can be captured; got "${url.protocol}//".`.replace('//"', '"'),
    );
  }
}

interface PageListeners {
  onNamed: (named: readonly NamedShot[]) => void;
  onState?: ((state: StorageState) => void) | undefined;
}

/** The page led to its login, or asked for one. */
function isLoggedOut({ reason, httpStatus }: Failure): boolean {
  return reason === 'http_auth_required' || httpStatus === 401;
}

/** A browser that refuses a command that every capture needs is unfit. */
async function unfitIfRefused<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProtocolError) throw new BrowserUnfit(error.message, { cause: error });
    throw error;
  }
}

function canceled(): CaptureFailed {
  return new CaptureFailed('capture_timeout', 'The capture was canceled.');
}
