import { AppError } from '../../base/errors.ts';
import type { BrowserProcess } from './browser-process.ts';
import { ConnectionClosedError } from './cdp-connection.ts';
import { EventRoutes } from './event-routes.ts';
import { openPage, resume, type PageTarget, type PageTargetEvents } from './page-target.ts';
import { groupMemory } from './process-group.ts';
import { within } from './within.ts';

export interface RecycleLimits {
  /** Captures after which a browser is replaced. */
  captures: number;
  /** MiB of memory, of all its processes, above which a browser is replaced. */
  memoryMb: number;
}

/**
 * One use of a browser by one capture. The browser's session is not accessible: a capture sees only its page and the
 * events of that page.
 */
export interface BrowserLease {
  /** For example `Chromium 156.0.8078.79`. */
  readonly version: string;
  /** The user agent that servers see. */
  readonly userAgent: string;
  /** True when it runs as a different user than this process and may not be able to read this user's files. */
  readonly otherUser: boolean;
  /** @throws ConnectionClosedError when the browser opens no page in time; ProtocolError when it refuses to */
  openPage(viewport: { width: number; height: number }, events: PageTargetEvents): Promise<PageTarget>;
  /** Gives the browser back. `broken` replaces it immediately, even if other captures use it. Never throws. */
  release(broken?: boolean): Promise<void>;
}

interface Host {
  browser: BrowserProcess;
  routes: EventRoutes;
  active: number;
  captures: number;
  retired: boolean;
}

const memoryCheckEvery = 10;

/** Keeps one browser ready: starts it when first needed, replaces it by age, by memory and after a crash. */
export class BrowserPool {
  readonly #open: () => Promise<BrowserProcess>;
  readonly #limits: RecycleLimits;
  readonly #answerTimeoutMs: number;
  readonly #hosts = new Set<Host>();
  #current: Promise<Host> | undefined;
  #closed = false;

  /**
   * @param open starts a browser, or connects to one
   * @param answerTimeoutMs time limit for getting ready and for opening a page; a browser that exceeds it hangs
   */
  constructor(open: () => Promise<BrowserProcess>, limits: RecycleLimits, answerTimeoutMs: number) {
    this.#open = open;
    this.#limits = limits;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /**
   * @throws AppError `browser_missing`; ConnectionClosedError when the browser hangs or exits on startup;
   *   ProtocolError when it refuses to be set up
   */
  async lease(): Promise<BrowserLease> {
    const host = await this.#usableHost();
    host.active++;
    const { version, userAgent, otherUser } = host.browser;
    let given = false;
    return {
      version,
      userAgent,
      otherUser,
      openPage: (viewport, events) =>
        within(
          this.#answerTimeoutMs,
          openPage(host.browser, host.routes, viewport, events),
          () => new ConnectionClosedError('the browser opens no page'),
        ),
      release: async (broken = false) => {
        if (given) return;
        given = true;
        host.active--;
        host.captures++;
        await this.#settle(host, broken);
      },
    };
  }

  /** Ends every browser. */
  async close(): Promise<void> {
    this.#closed = true;
    const starting = this.#current;
    this.#current = undefined;
    // A browser that hangs during setup exists already; waiting for its setup would block.
    await this.#endAll();
    await starting?.catch(() => undefined);
    await this.#endAll();
  }

  async #endAll(): Promise<void> {
    await Promise.all([...this.#hosts].map((host) => this.#end(host)));
  }

  async #usableHost(): Promise<Host> {
    for (;;) {
      if (this.#closed) throw closed();
      this.#current ??= this.#start();
      const starting = this.#current;
      try {
        const host = await starting;
        if (!host.retired && !host.browser.connection.closed) return host;
        if (this.#current === starting) this.#current = undefined;
        this.#retire(host);
      } catch (error) {
        if (this.#current === starting) this.#current = undefined;
        throw error;
      }
    }
  }

  async #start(): Promise<Host> {
    const browser = await this.#open();
    if (this.#closed) {
      await browser.kill();
      throw closed();
    }
    const session = browser.connection.browser;
    const routes = new EventRoutes(session, browser.memoryReports, (sessionId) => resume(browser, sessionId));
    const host: Host = { browser, routes, active: 0, captures: 0, retired: false };
    this.#hosts.add(host);
    session.onClosed(() => this.#retire(host));
    const prepared = Promise.all([
      session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      session.send('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] }),
    ]);
    try {
      await within(
        this.#answerTimeoutMs,
        prepared,
        () => new ConnectionClosedError('the browser does not become ready'),
      );
    } catch (error) {
      await this.#end(host);
      throw error;
    }
    return host;
  }

  async #settle(host: Host, broken: boolean): Promise<void> {
    const crowded = host.captures % memoryCheckEvery === 0 && (await this.#holdsTooMuch(host));
    if (broken || crowded || host.captures >= this.#limits.captures) host.retired = true;
    if (broken) await this.#end(host);
    else if (host.retired || host.browser.connection.closed) this.#retire(host);
  }

  #retire(host: Host): void {
    host.retired = true;
    if (host.active === 0 || host.browser.connection.closed) void this.#end(host);
  }

  async #end(host: Host): Promise<void> {
    host.retired = true;
    await host.browser.kill();
    this.#hosts.delete(host);
  }

  async #holdsTooMuch(host: Host): Promise<boolean> {
    const { pid } = host.browser;
    const bytes = pid === null ? undefined : await groupMemory(pid).catch(() => undefined);
    return bytes !== undefined && bytes > this.#limits.memoryMb * 1024 * 1024;
  }
}

function closed(): AppError {
  return new AppError('unavailable', 'The capturer is closed.');
}
