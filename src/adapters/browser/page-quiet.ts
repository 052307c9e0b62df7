import type { ResolvedCaptureConfig } from '../../domain/capture/capture-config.ts';
import type { QuietResult } from './agent/quiet.ts';
import { formatDuration, type CaptureLog } from './capture-log.ts';
import type { CdpSession } from './cdp-connection.ts';
import { evaluate } from './evaluate.ts';
import type { OpenRequests } from './open-requests.ts';
import type { FrameCalls } from './page-frames.ts';
import { within } from './within.ts';
import { WorkerPatience } from './worker-patience.ts';
import type { ServiceWorkerWatch } from './service-workers.ts';

/** The document must not have changed for this long before it counts as quiet. */
const quietWindowMs = 60;
/** The limit instead of `quietTimeoutMs` for a page that has used that up before. */
const restlessMs = 200;
/** What waiting for timers may take beyond their page time. */
const timerSlackMs = 1_000;
/** Waiting for the network longer than this is not the machine's fault. */
const networkPatienceMs = 10_000;
/** Of `resourceTimeoutMs`, what workers get by the clock where the browser does not tell processor time. */
const blindShare = 1 / 2;
const sharedWorkerStartMs = 1_000;
/** Resolves to the time of a worker's latest message, once it has nothing left to do. */
const whenWorkerIdle = `(async (clock) => {
  if (clock === undefined) return 0;
  while (clock.isConnected?.() === false || clock.pending().length > 0 || clock.isWorking()) await clock.sleep(5);
  return Math.max(0, clock.lastMessage());
})(globalThis.__dpxdtClock)`;
const scriptSlackMs = 500;
/** A frame that is asked for longer counts as hanging. */
const frameSliceMs = 250;
const workerSliceMs = 250;

export interface PageQuietOptions {
  config: ResolvedCaptureConfig;
  log: CaptureLog;
  network: Pick<OpenRequests, 'whenIdle' | 'isBusy' | 'lastFinishedAt' | 'openUrls'>;
  frames: FrameCalls;
  /** Undefined: they are bypassed. */
  serviceWorkers: ServiceWorkerWatch | undefined;
  /** Processor time that the page has used so far, with its frames and workers. Undefined: the browser does not tell. */
  processorMs: (() => Promise<number | undefined>) | undefined;
  /** Calls the page agent. */
  call: <T>(call: string) => Promise<T>;
  /** Throws when the page is not the document that is captured. */
  assertStill: () => void;
}

/** Waits until a page is quiet, and holds the timers that are due too late. */
export class PageQuiet {
  readonly #options: PageQuietOptions;
  /** With the time of the latest message of each. */
  readonly #sharedWorkers = new Map<CdpSession, number>();
  #isRestless = false;
  readonly #patience: WorkerPatience;
  #isWarned = false;
  /** Ever heard of, also those that have ended. */
  #sharedWorkerCount = 0;
  #expectedSharedWorkers = 0;

  constructor(options: PageQuietOptions) {
    this.#options = options;
    const { config, processorMs } = options;
    const share = processorMs === undefined ? blindShare : 1;
    this.#patience = new WorkerPatience(config.resourceTimeoutMs * share, processorMs);
  }

  /** Waits for a shared worker too; dedicated ones are asked by the page agent. */
  addSharedWorker(session: CdpSession): void {
    this.#sharedWorkers.set(session, 0);
    this.#sharedWorkerCount++;
    session.onClosed(() => this.#sharedWorkers.delete(session));
  }

  /** Waits until network, document, frames and workers are quiet, within the limits of the config. */
  async settle(): Promise<void> {
    const { network, serviceWorkers, assertStill } = this.#options;
    const { quietTimeoutMs, timerLimitMs } = this.#options.config;
    // Endless movement is waited for once.
    const patienceMs = this.#isRestless ? Math.min(quietTimeoutMs, restlessMs) : quietTimeoutMs;
    const timerCapMs = Math.max(patienceMs, timerLimitMs + timerSlackMs);
    let cutoff = performance.now() + patienceMs;
    let extended = false;
    for (;;) {
      const start = performance.now();
      await this.patiently(serviceWorkers?.whenReady(cutoff) ?? Promise.resolve());
      await this.patiently(network.whenIdle(() => cutoff));
      assertStill();
      // Late data may trigger more: allow one more quiet period for it, once.
      if (!extended && performance.now() > cutoff && network.lastFinishedAt > start) {
        extended = true;
        cutoff = performance.now() + patienceMs;
      }
      const asked = performance.now();
      const result = await this.#quiet(Math.max(0, cutoff - asked), timerCapMs);
      // What a busy machine took from the page is given back.
      cutoff += Math.max(0, performance.now() - asked - result.spentMs);
      assertStill();
      if (network.isBusy(cutoff)) continue;
      // What has just arrived may have set something going that was not there when the page was asked.
      if (network.lastFinishedAt > asked && performance.now() < cutoff) continue;
      if (!result.quiet || performance.now() >= cutoff) this.#logRestless(result.busy);
      this.#isRestless ||= !result.quiet;
      this.#warnOfWorkers(result);
      return;
    }
  }

  /** Lets held timers run while the config waits for something. */
  async released<T>(wait: () => Promise<T>): Promise<T> {
    await this.release(true);
    const result = await wait();
    await this.release(false);
    return result;
  }

  /** A page that waits for the network for long may have set a time limit for it, which must be able to end. */
  patiently<T>(waiting: Promise<T>): Promise<T> {
    return this.#releasedAfter(networkPatienceMs, 'the network', waiting);
  }

  /** A script of the config may itself wait for a long timer. */
  throughScript<T>(running: Promise<T>): Promise<T> {
    return this.#releasedAfter(this.#options.config.timerLimitMs + scriptSlackMs, '"injectJs"', running);
  }

  async #releasedAfter<T>(patienceMs: number, what: string, waiting: Promise<T>): Promise<T> {
    let isReleased = false;
    const timer = setTimeout(() => {
      isReleased = true;
      this.#options.log.add(
        'note',
        `waiting for ${what} for more than ${formatDuration(patienceMs)}: timers run`,
      );
      this.release(true).catch(() => undefined);
    }, patienceMs);
    try {
      return await waiting;
    } finally {
      clearTimeout(timer);
      if (isReleased) this.release(false).catch(() => undefined);
    }
  }

  /** Lets held timers run, or holds them again. */
  async release(isReleased: boolean): Promise<void> {
    const { call, frames } = this.#options;
    const asked = `release(${isReleased})`;
    await Promise.all([
      call(asked),
      ...frames.inner.map((frame) => frames.call(frame, asked)),
      ...[...this.#sharedWorkers.keys()].map((session) =>
        evaluate(session, `globalThis.__dpxdtClock?.${asked}`).catch(() => undefined),
      ),
    ]);
  }

  /** The page first, then its frames of other origins, until neither had anything to do. */
  async #quiet(capMs: number, timerCapMs: number): Promise<QuietResult> {
    const { call, frames } = this.#options;
    let spentMs = 0;
    this.#patience.pause();
    for (;;) {
      const asked = performance.now();
      const awaitsWorkers = this.#patience.isLeft;
      const awaited = { awaitsWorkers, awaitsSharing: this.#patience.isLeftForSharing };
      const limits = {
        windowMs: quietWindowMs,
        capMs: Math.max(0, capMs - spentMs),
        timerCapMs,
        ...awaited,
      };
      const result = await call<QuietResult>(`quiet(${JSON.stringify(limits)})`);
      if (result.computing && awaitsWorkers) {
        // Neither the work nor what moves meanwhile says how long the page itself takes.
        await this.#patience.note(performance.now() - asked, result.sharesMemory);
        this.#options.assertStill();
        continue;
      }
      spentMs += result.spentMs;
      if (!result.quiet) return { ...result, spentMs };
      await this.#awaitSharedWorkers(result.sharedWorkers);
      if (await this.#hearSharedWorkers()) {
        spentMs += quietWindowMs;
        if (spentMs < capMs) continue;
      }
      if (!result.hasForeignFrames) return { ...result, spentMs };
      const slice = JSON.stringify({
        windowMs: quietWindowMs,
        capMs: frameSliceMs,
        timerCapMs: frameSliceMs,
        ...awaited,
      });
      const slicedAt = performance.now();
      const answers = await Promise.all(
        frames.inner.map((frame) => frames.call<QuietResult>(frame, `quiet(${slice})`)),
      );
      const known = answers.filter((answer) => answer !== undefined);
      if (awaitsWorkers && known.some(({ computing }) => computing)) {
        const sharesMemory = known.some((answer) => answer.sharesMemory);
        await this.#patience.note(performance.now() - slicedAt, sharesMemory);
        continue;
      }
      spentMs += Math.max(0, ...known.map((answer) => answer.spentMs));
      const busy = known.flatMap((answer) => answer.busy);
      // A frame of another origin that had nothing to do does not change the page.
      if (known.every((answer) => answer.quiet && answer.wasQuiet)) return { ...result, spentMs };
      const isTimed = busy.includes('timers are pending');
      if (spentMs >= (isTimed ? timerCapMs : capMs))
        return { ...result, quiet: busy.length === 0, busy, spentMs };
    }
  }

  /** The browser tells of a shared worker a little later than the page starts it; of one without a script, never. */
  async #awaitSharedWorkers(expected: number): Promise<void> {
    if (expected <= this.#expectedSharedWorkers) return;
    this.#expectedSharedWorkers = expected;
    const end = performance.now() + sharedWorkerStartMs;
    while (this.#sharedWorkerCount < expected && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Waits until the shared workers have nothing left to do. @returns whether one has sent a message since the last time */
  async #hearSharedWorkers(): Promise<boolean> {
    let isNew = false;
    let isHeard = this.#sharedWorkers.size === 0;
    const hearing = Promise.all(
      [...this.#sharedWorkers].map(async ([session, heardAt]) => {
        const at = await evaluate<number>(session, whenWorkerIdle).catch(() => heardAt);
        isNew ||= at !== heardAt;
        if (this.#sharedWorkers.has(session)) this.#sharedWorkers.set(session, at);
      }),
    ).then(() => (isHeard = true));
    while (!isHeard && this.#patience.isLeft) {
      const askedAt = performance.now();
      await within(workerSliceMs, hearing, () => new Error('a worker computes')).catch(() => undefined);
      await this.#patience.note(performance.now() - askedAt);
    }
    return isNew;
  }

  #warnOfWorkers({ holdsMessages }: QuietResult): void {
    const { log } = this.#options;
    if (this.#isWarned) return;
    const isSpent = !this.#patience.isLeft;
    if (!isSpent && !holdsMessages) return;
    this.#isWarned = true;
    log.warn({
      code: 'worker_restless',
      sentence: isSpent
        ? `Workers of the page, or what the browser does for it, took more than ${this.#patience.limit}, so the screenshot did not wait for them any longer.`
        : 'A worker of the page sent more than 10,000 messages, so the rest were left out.',
    });
  }

  #logRestless(busy: readonly string[]): void {
    const { log, network, config } = this.#options;
    const reasons = [...busy, ...network.openUrls().map((url) => `still open: ${url}`)];
    if (reasons.length === 0) return;
    const limit = formatDuration(config.quietTimeoutMs);
    log.add('note', `not quiet after ${limit}, continuing: ${reasons.slice(0, 20).join('; ')}`);
  }
}
