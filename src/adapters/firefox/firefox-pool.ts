import { AppError } from '../../base/errors.ts';
import { ConnectionClosedError } from '../browser/cdp-connection.ts';
import { groupMemory } from '../browser/process-group.ts';
import { within } from '../browser/within.ts';
import type { BidiConnection } from './bidi-connection.ts';
import type { FirefoxProcess } from './firefox-process.ts';
import { openPage, type FirefoxPage, type PageIdentity } from './firefox-page.ts';
import type { ProcessSettings } from './preferences.ts';
import { Seats, type SendBidi } from './seats.ts';

/** A third Firefox waits until one of the others has nothing to do, which is then closed. */
const maxAlive = 2;
const maxCaptures = 100;
const maxMemoryMb = 1_500;
const memoryCheckEvery = 10;

/** One use of a Firefox by one capture. */
export interface FirefoxLease {
  /** For example `Firefox 153.8.0`. */
  readonly version: string;
  /** @throws ConnectionClosedError when Firefox opens no page in time; BidiError when it refuses to */
  openPage(identity: PageIdentity): Promise<FirefoxPage>;
  /** Gives the Firefox back. `broken` ends it immediately, even if other captures use it. Never throws. */
  release(broken?: boolean): Promise<void>;
}

interface Host {
  key: string;
  firefox: FirefoxProcess;
  seats: Seats;
  active: number;
  captures: number;
  usedAt: number;
  retired: boolean;
}

/** Keeps one Firefox ready for each combination of settings of the process, at most two at a time. */
export class FirefoxPool {
  readonly #open: (settings: ProcessSettings) => Promise<FirefoxProcess>;
  readonly #answerTimeoutMs: number;
  readonly #hosts = new Set<Host>();
  /** Leases are given in order, so that each combination gets its turn. */
  #turn: Promise<unknown> = Promise.resolve();
  #idle: (() => void)[] = [];
  #uses = 0;
  #closed = false;

  /** @param answerTimeoutMs time limit for each command that opens a page; a Firefox that exceeds it hangs */
  constructor(open: (settings: ProcessSettings) => Promise<FirefoxProcess>, answerTimeoutMs: number) {
    this.#open = open;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /** @throws AppError `browser_missing` when it does not start, `unavailable` when the pool is closed */
  async lease(settings: ProcessSettings): Promise<FirefoxLease> {
    const given = this.#turn.then(() => this.#hostFor(settings));
    this.#turn = given.catch(() => undefined);
    const host = await given;
    let isGiven = false;
    return {
      version: host.firefox.version,
      openPage: (identity) =>
        openPage(host.firefox.connection, host.seats, identity, this.#sender(host.firefox.connection)),
      release: async (broken = false) => {
        if (isGiven) return;
        isGiven = true;
        host.active--;
        host.captures++;
        await this.#settle(host, broken);
      },
    };
  }

  /** Ends every Firefox. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#endAll();
    await this.#turn;
    await this.#endAll();
  }

  async #endAll(): Promise<void> {
    await Promise.all([...this.#hosts].map((host) => this.#end(host)));
  }

  async #hostFor(settings: ProcessSettings): Promise<Host> {
    const key = `${settings.colorScheme === 'dark' ? 'dark' : 'light'} ${settings.reducedMotion}`;
    for (;;) {
      if (this.#closed) throw closed();
      const usable = [...this.#hosts].find((host) => host.key === key && !host.retired);
      const host = usable ?? (await this.#started(key, settings));
      if (host === undefined) continue;
      host.active++;
      host.usedAt = ++this.#uses;
      return host;
    }
  }

  /** A new Firefox; undefined when the caller has waited for another to end and must look again. */
  async #started(key: string, settings: ProcessSettings): Promise<Host | undefined> {
    if (this.#hosts.size >= maxAlive) {
      const [oldest] = [...this.#hosts]
        .filter(({ active }) => active === 0)
        .sort((a, b) => a.usedAt - b.usedAt);
      if (oldest === undefined) await new Promise<void>((resolve) => this.#idle.push(resolve));
      else await this.#end(oldest);
      return undefined;
    }
    const firefox = await this.#open(settings);
    const host: Host = {
      key,
      firefox,
      seats: new Seats(this.#sender(firefox.connection)),
      active: 0,
      captures: 0,
      usedAt: 0,
      retired: false,
    };
    this.#hosts.add(host);
    if (this.#closed) {
      await this.#end(host);
      throw closed();
    }
    firefox.connection.onClosed(() => this.#retire(host));
    return host;
  }

  /** Each command has the limit by itself: on a busy machine, a page may wait long until those before it are open. */
  #sender(connection: BidiConnection): SendBidi {
    const late = (): Error => new ConnectionClosedError('Firefox opens no page');
    return <T>(method: string, params?: object) =>
      within(this.#answerTimeoutMs, connection.send<T>(method, params), late);
  }

  async #settle(host: Host, broken: boolean): Promise<void> {
    const crowded = host.captures % memoryCheckEvery === 0 && (await holdsTooMuch(host));
    if (broken || crowded || host.captures >= maxCaptures) host.retired = true;
    if (broken) await this.#end(host);
    else if (host.retired) this.#retire(host);
    this.#wake();
  }

  #retire(host: Host): void {
    host.retired = true;
    if (host.active === 0 || host.firefox.connection.closed) void this.#end(host);
  }

  async #end(host: Host): Promise<void> {
    host.retired = true;
    await host.firefox.kill();
    this.#hosts.delete(host);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const wake of waiting) wake();
  }
}

async function holdsTooMuch({ firefox }: Host): Promise<boolean> {
  const bytes = await groupMemory(firefox.pid).catch(() => undefined);
  return bytes !== undefined && bytes > maxMemoryMb * 1024 * 1024;
}

function closed(): AppError {
  return new AppError('unavailable', 'The capturer is closed.');
}
