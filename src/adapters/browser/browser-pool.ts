import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../../domain/errors.ts';
import { launchBrowser, type BrowserProcess, type LaunchOptions } from './browser-process.ts';
import type { CdpEvents } from './cdp-events.ts';

export interface RecycleLimits {
  /** Captures after which a browser is replaced. */
  captures: number;
  /** MiB of memory, all its processes together, after which a browser is replaced. */
  memoryMb: number;
}

export type AttachedTarget = CdpEvents['Target.attachedToTarget'];

/** One use of a browser by one capture. */
export interface BrowserLease {
  readonly browser: BrowserProcess;
  /** Routes new targets of a browser context to its capture; the returned function ends that. */
  onTarget(contextId: string, listener: (target: AttachedTarget) => void): () => void;
  /** Gives the browser back. `broken` replaces it at once, whatever else runs in it. */
  release(broken?: boolean): Promise<void>;
}

interface Host {
  browser: BrowserProcess;
  listeners: Map<string, (target: AttachedTarget) => void>;
  active: number;
  captures: number;
  retired: boolean;
}

const memoryCheckEvery = 10;

/** Keeps one browser at hand: started when first needed, replaced by age, by memory and after a crash. */
export class BrowserPool {
  readonly #launch: LaunchOptions;
  readonly #limits: RecycleLimits;
  readonly #hosts = new Set<Host>();
  #current: Promise<Host> | undefined;
  #closed = false;

  constructor(launch: LaunchOptions, limits: RecycleLimits) {
    this.#launch = launch;
    this.#limits = limits;
  }

  /** @throws AppError `browser_missing` */
  async lease(): Promise<BrowserLease> {
    const host = await this.#usableHost();
    host.active++;
    let given = false;
    return {
      browser: host.browser,
      onTarget: (contextId, listener) => {
        host.listeners.set(contextId, listener);
        return () => host.listeners.delete(contextId);
      },
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
    await starting?.catch(() => undefined);
    await Promise.all([...this.#hosts].map((host) => this.#end(host)));
  }

  async #usableHost(): Promise<Host> {
    for (;;) {
      if (this.#closed) throw new AppError('unavailable', 'The capturer is closed.');
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
    const browser = await launchBrowser(this.#launch);
    const host: Host = { browser, listeners: new Map(), active: 0, captures: 0, retired: false };
    this.#hosts.add(host);
    const session = browser.connection.browser;
    session.on('Target.attachedToTarget', (target) => {
      const listener = host.listeners.get(target.targetInfo.browserContextId ?? '');
      if (listener !== undefined) return listener(target);
      if (target.waitingForDebugger) resume(browser, target.sessionId);
    });
    session.onClosed(() => this.#retire(host));
    await session.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
    });
    await session.send('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });
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
    const bytes = await groupMemory(host.browser.pid);
    return bytes !== undefined && bytes > this.#limits.memoryMb * 1024 * 1024;
  }
}

/** Lets a target run that Chromium has paused for us. */
export function resume(browser: BrowserProcess, sessionId: string): void {
  browser.connection
    .session(sessionId)
    .send('Runtime.runIfWaitingForDebugger')
    .catch(() => undefined);
}

/**
 * Bytes of anonymous memory of a process group (what it holds for itself, shared libraries not counted); undefined
 * where the system does not tell.
 */
export async function groupMemory(group: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const sizes = await Promise.all(pids.map((pid) => anonymousMemory(pid, group)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function anonymousMemory(pid: string, group: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // After the command's name in brackets: state, parent, process group.
    const processGroup = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2];
    if (Number(processGroup) !== group) return 0;
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
