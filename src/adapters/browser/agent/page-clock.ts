/**
 * Runs first in every captured page: tracks the timers that the page is waiting for and, on request, stops the
 * clock and makes randomness repeatable. Sent to the page as text, so it uses nothing from outside itself.
 */

export interface ClockOptions {
  /** Epoch milliseconds to stop the page's clock at; null leaves it running. */
  frozenAt: number | null;
  /** Start of the fixed random sequence; null leaves randomness alone. */
  randomSeed: number | null;
}

/** Originals of functions that the page may have replaced. */
export interface PageClock {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Resolves in the next animation frame. */
  frame: () => Promise<void>;
  /** What the page is still waiting for, as text. */
  pending: () => string[];
}

export function installPageClock(options: ClockOptions): void {
  const scope = window as unknown as { __dpxdtClock?: PageClock };
  if (scope.__dpxdtClock !== undefined) return;
  const realSetTimeout = window.setTimeout.bind(window);
  const realClearTimeout = window.clearTimeout.bind(window);
  const realSetInterval = window.setInterval.bind(window);
  const realClearInterval = window.clearInterval.bind(window);
  const realFrame = window.requestAnimationFrame.bind(window);
  const realCancelFrame = window.cancelAnimationFrame.bind(window);
  const clock = performance.now.bind(performance);
  const frozen = options.frozenAt !== null;
  /** One-shot timers up to this delay are waited for: their effect belongs to the page's first image. */
  const awaitedDelayMs = 1_000;
  /** A longer chain of timers is a heartbeat, not part of the start. */
  const awaitedChain = 10;
  const awaitedTimers = 60;
  const frozenFrames = 60;
  const frozenTicks = 20;
  const frozenLongestDelayMs = 1_000;
  const frameMs = 1000 / 60;

  const pendingTimers = new Set<number>();
  const liveFrames = new Set<number>();
  let timerLevel = 0;
  let timersFired = 0;
  let frameLevel = 0;
  let virtualMs = 0;
  let deadTimer = 2 ** 30;

  const runAtLevel = (level: number, run: () => void): void => {
    const before = timerLevel;
    timerLevel = level;
    try {
      run();
    } finally {
      // After the promises that the callback resolved, so that `await sleep()` loops count as one chain.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => (timerLevel = before))));
    }
  };

  window.setTimeout = function setTimeout(handler: TimerHandler, delay?: number, ...args: unknown[]): number {
    const ms = Number(delay) || 0;
    const level = timerLevel + 1;
    if (frozen && (ms >= frozenLongestDelayMs || level > frozenTicks)) return deadTimer++;
    if (typeof handler !== 'function' || ms > awaitedDelayMs) return realSetTimeout(handler, ms, ...args);
    const awaited = frozen || (level <= awaitedChain && timersFired < awaitedTimers);
    const id = realSetTimeout(() => {
      if (pendingTimers.delete(id)) timersFired++;
      runAtLevel(level, () => void (handler as (...rest: unknown[]) => void).apply(window, args));
    }, ms);
    if (awaited) pendingTimers.add(id);
    return id;
  } as typeof window.setTimeout;
  window.clearTimeout = function clearTimeout(id?: number): void {
    pendingTimers.delete(id!);
    realClearTimeout(id);
  } as typeof window.clearTimeout;

  if (frozen) {
    window.setInterval = function setInterval(
      handler: TimerHandler,
      delay?: number,
      ...args: unknown[]
    ): number {
      const ms = Number(delay) || 0;
      if (ms >= frozenLongestDelayMs) return deadTimer++;
      if (typeof handler !== 'function') return realSetInterval(handler, ms, ...args);
      let ticks = 0;
      const id = realSetInterval(() => {
        if (++ticks >= frozenTicks) {
          pendingTimers.delete(id);
          realClearInterval(id);
        }
        (handler as (...rest: unknown[]) => void).apply(window, args);
      }, ms);
      pendingTimers.add(id);
      return id;
    } as typeof window.setInterval;
    window.clearInterval = function clearInterval(id?: number): void {
      pendingTimers.delete(id!);
      realClearInterval(id);
    } as typeof window.clearInterval;
    window.requestAnimationFrame = function requestAnimationFrame(callback: FrameRequestCallback): number {
      const level = frameLevel + 1;
      if (level > frozenFrames) return deadTimer++;
      const id = realFrame(() => {
        liveFrames.delete(id);
        const before = frameLevel;
        frameLevel = level;
        virtualMs = level * frameMs;
        try {
          callback(virtualMs);
        } finally {
          frameLevel = before;
          virtualMs = 0;
        }
      });
      liveFrames.add(id);
      return id;
    };
    window.cancelAnimationFrame = function cancelAnimationFrame(id: number): void {
      liveFrames.delete(id);
      realCancelFrame(id);
    };
    stopClock(options.frozenAt!);
  }

  function stopClock(at: number): void {
    const RealDate = Date;
    const FrozenDate = function Date(this: unknown, ...args: unknown[]): unknown {
      if (new.target === undefined) return new RealDate(at).toString();
      return Reflect.construct(
        RealDate,
        args.length === 0 ? [at] : args,
        new.target === (FrozenDate as unknown) ? RealDate : new.target,
      );
    } as unknown as DateConstructor;
    Object.setPrototypeOf(FrozenDate, RealDate);
    Object.defineProperty(FrozenDate, 'prototype', { value: RealDate.prototype });
    Object.defineProperty(FrozenDate, 'now', { value: () => at, writable: true, configurable: true });
    Object.defineProperty(RealDate.prototype, 'constructor', {
      value: FrozenDate,
      writable: true,
      configurable: true,
    });
    window.Date = FrozenDate;
    Performance.prototype.now = function now(): number {
      return virtualMs;
    };
  }

  if (options.randomSeed !== null) {
    // mulberry32
    let state = options.randomSeed >>> 0;
    const next = (): number => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    };
    Math.random = function random(): number {
      return next() / 2 ** 32;
    };
    const fill = function getRandomValues<T extends ArrayBufferView | null>(this: unknown, view: T): T {
      if (view !== null) {
        const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
        for (let i = 0; i < bytes.length; i++) bytes[i] = next() & 255;
      }
      return view;
    };
    Crypto.prototype.getRandomValues = fill;
    Crypto.prototype.randomUUID = function randomUUID(): ReturnType<Crypto['randomUUID']> {
      const hex = Array.from({ length: 32 }, () => (next() & 15).toString(16));
      hex[12] = '4';
      hex[16] = '89ab'[next() & 3]!;
      const text = hex.join('');
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
    };
  }

  const pageClock: PageClock = {
    now: clock,
    sleep: (ms) => new Promise((resolve) => realSetTimeout(resolve, ms)),
    frame: () => new Promise((resolve) => realFrame(() => resolve())),
    pending: () => [
      ...(pendingTimers.size > 0 ? ['short timers are pending'] : []),
      ...(liveFrames.size > 0 ? ['animation frames are pending'] : []),
    ],
  };
  Object.defineProperty(window, '__dpxdtClock', { value: pageClock });
}
