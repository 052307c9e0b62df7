/**
 * Runs first in every captured page, frame and worker: keeps the page's own time, which timers advance and a busy
 * machine does not, and tells what the page is still waiting for. Sent as text, so it uses nothing from outside itself.
 *
 * A timer is due at the sum of the delays of the chain that set it. Those due within `timerLimitMs` are waited for;
 * later ones are held, and run only while they are released for an explicit wait.
 */

export interface ClockOptions {
  /** Epoch milliseconds to stop the page's clock at; null leaves it running. */
  frozenAt: number | null;
  /** Start of the fixed random sequence; null leaves randomness alone. */
  randomSeed: number | null;
  /** Page time up to which timers run. */
  timerLimitMs: number;
  /** Whether the browser puts the clock into workers, before their scripts. */
  hasWorkerClock: boolean;
  /** Where it does not: the clock as a script, to be put before those of workers that the page itself holds (`blob:`). */
  workerSource?: string;
}

/** Originals of functions that the page may have replaced. */
export interface PageClock {
  now: () => number;
  /** Page time up to which timers run. */
  timerLimitMs: number;
  sleep: (ms: number) => Promise<void>;
  /** Resolves in the next animation frame. */
  frame: () => Promise<void>;
  /** Resolves after the next frame, once the observers that it calls have run. */
  drawn: () => Promise<void>;
  /** What the page is still waiting for, as text. */
  pending: () => string[];
  /** `now()` of the last change that anyone noted. */
  lastChange: () => number;
  noteChange: () => void;
  /** `now()` of the last message between parts of the page. */
  lastMessage: () => number;
  noteMessage: () => void;
  /** Lets held timers run, as the page expects; `false` holds those that are left. */
  release: (isReleased: boolean) => void;
  /** Milliseconds of page time in the running callback; 0 outside timers and frames. */
  pageNow: () => number;
  /** @returns continues the running callback's chain, to be called first when what it asked for arrives; null outside chains */
  keepChain: () => (() => void) | null;
  /** Whether a shared worker has run its script, and was connected. */
  isConnected?: () => boolean;
  /** How many different shared workers its document has started. */
  sharedWorkers?: () => number;
  /** Messages that were noted since timers were last released. */
  messages: () => number;
  /** Whether the browser does something for the page that will end, begun at least so long ago. */
  isWorking?: (sinceMs?: number) => boolean;
  /** Whether the page has made memory that workers can share. */
  sharesMemory?: () => boolean;
  /**
   * Asks every dedicated worker to say when it has nothing left to do; one may not have answered within the limit.
   *
   * @param awaitsSharing whether those are asked that may wait in shared memory; undefined: for a while
   */
  askWorkers?: (limitMs: number, awaitsSharing?: boolean) => Promise<'none' | 'idle' | 'computing'>;
  /** Whether a worker sent so many messages that the latest were held. */
  holdsMessages?: () => boolean;
}

export function installPageClock(options: ClockOptions): void {
  const scope = globalThis as unknown as Window & {
    __dpxdtClock?: PageClock;
    scheduler?: object;
    Scheduler?: { prototype: { postTask?: (this: unknown, call: () => unknown, how?: object) => unknown } };
  };
  if (scope.__dpxdtClock !== undefined) return;
  const realSetTimeout = scope.setTimeout.bind(scope);
  const realClearTimeout = scope.clearTimeout.bind(scope);
  const hasFrames = typeof scope.requestAnimationFrame === 'function';
  const realFrame = hasFrames ? scope.requestAnimationFrame.bind(scope) : undefined;
  const realCancelFrame = hasFrames ? scope.cancelAnimationFrame.bind(scope) : undefined;
  const now = performance.now.bind(performance);
  const { frozenAt, timerLimitMs } = options;
  const isFrozen = frozenAt !== null;
  const isInner = scope.window === undefined || scope.window !== scope.top;
  /** Movement in animation frames is waited for, and shown of a frozen page, for this long. */
  const movementMs = 2_000;
  /** Frames that change nothing are waited for this long. */
  const idleFramesMs = 1_000;
  const frameMs = 1000 / 60;
  /** Chromium's shortest delay between timers that set each other. */
  const shortestStepMs = 4;
  const idleStepMs = 50;
  const longestDelayMs = 2 ** 31 - 1;

  /** What led to the running callback. */
  interface Cause {
    dueMs: number;
    /** Frames of this chain so far. */
    frames: number;
    /** Timestamps of the chain's first and latest frame. */
    firstFrameAt: number;
    frameAt: number;
  }
  const root: Cause = { dueMs: 0, frames: 0, firstFrameAt: 0, frameAt: 0 };
  let cause = root;
  let turn = 0;
  const { port1, port2 } = new MessageChannel();
  const endTurn = port1.postMessage.bind(port1);
  const turnsAwaited: (() => void)[] = [];
  port2.onmessage = ({ data }) => {
    if (data === turn) cause = root;
    if (data === null) turnsAwaited.shift()?.();
  };
  /** Resolves after what has been queued for the page so far. */
  const afterQueued = (): Promise<void> =>
    new Promise((resolve) => {
      turnsAwaited.push(resolve);
      endTurn(null);
    });
  /** The cause holds until the promises that the callback resolved have run: `await sleep()` loops are one chain. */
  const run = (next: Cause, call: () => void): void => {
    cause = next;
    endTurn(++turn);
    call();
  };

  // --- timers -----------------------------------------------------------------------------------------------------
  interface Timer {
    call: () => void;
    delayMs: number;
    repeats: boolean;
    cause: Cause;
    dueMs: number;
    /** `now()` when it should fire. */
    fireAt: number;
    realId: number | undefined;
  }
  const timers = new Map<number, Timer>();
  const awaited = new Set<number>();
  let lastId = 0;
  let isReleased = false;

  const arm = (id: number, timer: Timer): void => {
    const isLate = timer.dueMs > timerLimitMs;
    if (isLate) awaited.delete(id);
    else awaited.add(id);
    if (isLate && !isReleased) return;
    timer.realId = realSetTimeout(() => fire(id, timer), Math.max(0, timer.fireAt - now()));
  };
  const fire = (id: number, timer: Timer): void => {
    timer.realId = undefined;
    const { dueMs } = timer;
    if (timer.repeats) {
      timer.dueMs += Math.max(timer.delayMs, shortestStepMs);
      timer.fireAt += Math.max(timer.delayMs, shortestStepMs);
      arm(id, timer);
    } else {
      awaited.delete(id);
      timers.delete(id);
    }
    // What a released timer does begins page time anew.
    run(dueMs > timerLimitMs ? root : { ...timer.cause, dueMs }, timer.call);
  };
  const set = (repeats: boolean, handler: TimerHandler, delay: unknown, args: unknown[]): number => {
    const given = Math.trunc(Number(delay)) || 0;
    const delayMs = given < 0 || given > longestDelayMs ? 0 : given;
    const call =
      typeof handler === 'function'
        ? () => void (handler as (...rest: unknown[]) => void).apply(scope, args)
        : () => void (0, eval)(String(handler));
    const isNested = repeats || cause !== root;
    const dueMs = cause.dueMs + (isNested ? Math.max(delayMs, shortestStepMs) : delayMs);
    const id = ++lastId;
    const timer: Timer = { call, delayMs, repeats, cause, dueMs, fireAt: now() + delayMs, realId: undefined };
    timers.set(id, timer);
    arm(id, timer);
    return id;
  };
  const clear = (id: unknown): void => {
    const timer = timers.get(Number(id));
    if (timer === undefined) return;
    timers.delete(Number(id));
    awaited.delete(Number(id));
    if (timer.realId !== undefined) realClearTimeout(timer.realId);
  };
  const release = (wanted: boolean): void => {
    if (isReleased === wanted) return;
    isReleased = wanted;
    if (wanted) messages = 0;
    for (const [id, timer] of timers) {
      if (timer.dueMs <= timerLimitMs) continue;
      if (timer.realId !== undefined) realClearTimeout(timer.realId);
      timer.realId = undefined;
      if (timer.repeats) timer.fireAt = Math.max(timer.fireAt, now());
      if (wanted) arm(id, timer);
    }
  };
  scope.setTimeout = function setTimeout(handler: TimerHandler, delay?: number, ...args: unknown[]): number {
    return set(false, handler, delay, args);
  } as typeof scope.setTimeout;
  scope.setInterval = function setInterval(
    handler: TimerHandler,
    delay?: number,
    ...args: unknown[]
  ): number {
    return set(true, handler, delay, args);
  } as typeof scope.setInterval;
  scope.clearTimeout = function clearTimeout(id?: number): void {
    clear(id);
  };
  scope.clearInterval = function clearInterval(id?: number): void {
    clear(id);
  };
  const scheduling = scope.Scheduler?.prototype;
  const realPostTask = scheduling?.postTask;
  if (scheduling !== undefined && realPostTask !== undefined) {
    scheduling.postTask = function postTask(
      this: unknown,
      call: () => unknown,
      how: { delay?: number } = {},
    ) {
      const { delay = 0, ...rest } = how;
      if (!(delay > 0)) return realPostTask.call(this, call, how);
      return new Promise((resolve) => set(false, resolve, delay, [])).then(() =>
        realPostTask.call(this, call, rest),
      );
    };
  }

  // --- frames -----------------------------------------------------------------------------------------------------
  const frames = new Map<number, { from: Cause; askedAt: number }>();
  let changedAt = now();
  let messageAt = -Infinity;
  let messages = 0;
  const noteMessage = (): void => {
    messageAt = now();
    messages++;
  };

  if (realFrame !== undefined && realCancelFrame !== undefined) {
    scope.requestAnimationFrame = function requestAnimationFrame(callback: FrameRequestCallback): number {
      const from = cause;
      if (isFrozen && from.frames * frameMs >= movementMs - 1) return 2 ** 30 + ++lastId;
      const id = realFrame((at) => {
        frames.delete(id);
        const next = { ...from, frames: from.frames + 1, frameAt: at };
        if (from.frames === 0) next.firstFrameAt = at;
        run(next, () => callback(isFrozen ? next.dueMs + next.frames * frameMs : at));
      });
      frames.set(id, { from, askedAt: now() });
      return id;
    };
    scope.cancelAnimationFrame = function cancelAnimationFrame(id: number): void {
      frames.delete(id);
      realCancelFrame(id);
    };
  }
  const framesPend = (): boolean => {
    const isStill = now() - changedAt >= idleFramesMs;
    for (const { from, askedAt } of frames.values()) {
      // Browsers draw no frames where they would not be seen.
      if (isInner && now() - askedAt > idleFramesMs) continue;
      const age = from.frames === 0 ? 0 : from.frameAt - from.firstFrameAt;
      if (isFrozen || age < (isStill ? idleFramesMs : movementMs)) return true;
    }
    return false;
  };

  // --- idle time and messages -------------------------------------------------------------------------------------
  const idle = new Set<number>();
  if (typeof scope.requestIdleCallback === 'function') {
    const realIdle = scope.requestIdleCallback.bind(scope);
    const realCancelIdle = scope.cancelIdleCallback.bind(scope);
    scope.requestIdleCallback = function requestIdleCallback(call, how): number {
      const next = { ...cause, dueMs: cause.dueMs + idleStepMs };
      const id = realIdle((deadline) => {
        idle.delete(id);
        run(next, () => call(deadline));
      }, how);
      if (next.dueMs <= timerLimitMs) idle.add(id);
      return id;
    };
    scope.cancelIdleCallback = function cancelIdleCallback(id: number): void {
      idle.delete(id);
      realCancelIdle(id);
    };
  }
  for (const { prototype } of [MessagePort, BroadcastChannel] as {
    prototype: { postMessage: (this: unknown, ...args: unknown[]) => void };
  }[]) {
    const realPost = prototype.postMessage;
    prototype.postMessage = function postMessage(this: unknown, ...args: unknown[]): void {
      noteMessage();
      return realPost.apply(this, args);
    };
  }
  scope.addEventListener('message', noteMessage, true);

  const frame = (): Promise<void> => new Promise((resolve) => (realFrame ?? realSetTimeout)(() => resolve()));
  const pageClock: PageClock = {
    now,
    timerLimitMs,
    sleep: (ms) => new Promise((resolve) => realSetTimeout(resolve, ms)),
    frame,
    drawn: async () => {
      await frame();
      // The frame is drawn in the same task; what it queues for observers follows.
      await afterQueued();
      await afterQueued();
    },
    pending: () => [
      ...(awaited.size > 0 ? ['timers are pending'] : []),
      ...(framesPend() ? ['animation frames are pending'] : []),
      ...(idle.size > 0 ? ['idle callbacks are pending'] : []),
    ],
    noteMessage,
    messages: () => messages,
    lastChange: () => changedAt,
    noteChange: () => void (changedAt = now()),
    lastMessage: () => messageAt,
    release,
    pageNow: () => cause.dueMs + cause.frames * frameMs,
    keepChain: () => {
      const from = cause;
      return from === root ? null : () => run(from, () => undefined);
    },
  };
  Object.defineProperty(scope, '__dpxdtClock', { value: pageClock });
}
