import type { PageClock } from './page-clock.ts';

/**
 * Lets a page, frame or worker ask its dedicated workers whether they have anything left to do. A question is a message
 * among the page's own, so its answer comes after theirs; neither side's scripts see it. Sent as text, after the page clock.
 */
export function installWorkerWatch(): void {
  const scope = globalThis as unknown as {
    __dpxdtClock: PageClock;
    Worker?: typeof Worker;
    SharedWorker?: typeof SharedWorker;
    DedicatedWorkerGlobalScope?: unknown;
    postMessage: (message: unknown, ...rest: unknown[]) => void;
    close: () => void;
    addEventListener: typeof addEventListener;
  };
  const clock = scope.__dpxdtClock;
  if (clock.askWorkers !== undefined) return;
  const word = '__dpxdt:idle?';
  const runWord = '__dpxdt:run';
  const holdWord = '__dpxdt:hold';
  let isReleased = false;
  const { addEventListener: listen } = EventTarget.prototype as {
    addEventListener: (this: EventTarget, type: string, call: (event: Event) => void) => void;
  };
  const live = new Map<Worker, Set<(isGone: boolean) => void>>();
  const RealWorker = scope.Worker;
  const RealShared = scope.SharedWorker;
  // Of a shared worker, after its script.
  let isConnected = !('onconnect' in globalThis);
  clock.isConnected = () => isConnected;
  if (!isConnected) listen.call(globalThis as unknown as EventTarget, 'connect', () => (isConnected = true));
  const shared = new Set<string>();
  clock.sharedWorkers = () => shared.size;
  if (RealShared !== undefined) {
    scope.SharedWorker = new Proxy(RealShared, {
      construct(target, args, newTarget) {
        const worker = Reflect.construct(target, args, newTarget) as SharedWorker;
        const [url, options] = args as [string | URL, (string | WorkerOptions)?];
        const name = typeof options === 'string' ? options : (options?.name ?? '');
        shared.add(`${String(url)} ${name}`);
        return worker;
      },
    });
  }

  if (RealWorker !== undefined) {
    const prototype = RealWorker.prototype as {
      postMessage: (this: Worker, message: unknown) => void;
      terminate: (this: Worker) => void;
      constructor: unknown;
    };
    const { postMessage: ask, terminate } = prototype;
    const gone = (worker: Worker): void => {
      const asking = live.get(worker) ?? [];
      live.delete(worker);
      for (const answer of asking) answer(true);
    };
    scope.Worker = new Proxy(RealWorker, {
      construct(target, args, newTarget) {
        const worker = Reflect.construct(target, args, newTarget) as Worker;
        clock.noteMessage();
        live.set(worker, new Set());
        listen.call(worker, 'message', (event) => {
          if ((event as MessageEvent).data !== word) return clock.noteMessage();
          event.stopImmediatePropagation();
          const asking = [...(live.get(worker) ?? [])];
          live.get(worker)?.clear();
          for (const answer of asking) answer(false);
        });
        listen.call(worker, 'error', () => gone(worker));
        if (isReleased) ask.call(worker, runWord);
        return worker;
      },
    });
    prototype.constructor = scope.Worker;
    const release = clock.release;
    clock.release = (wanted) => {
      isReleased = wanted;
      release(wanted);
      for (const worker of live.keys()) ask.call(worker, wanted ? runWord : holdWord);
    };
    prototype.terminate = function close(this: Worker): void {
      gone(this);
      terminate.call(this);
    };
    clock.askWorkers = async (limitMs) => {
      const asked = [...live].map(
        ([worker, asking]) =>
          new Promise<void>((resolve) => {
            asking.add(() => resolve());
            if (asking.size === 1) ask.call(worker, word);
          }),
      );
      if (asked.length === 0) return false;
      // In steps, so that a busy machine does not use up the time of a worker that computes.
      const patience = (async () => {
        for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 25) await clock.sleep(25);
        for (const asking of live.values()) asking.clear();
      })();
      await Promise.race([Promise.all(asked), patience]);
      return true;
    };
  } else clock.askWorkers = async () => false;

  if (scope.DedicatedWorkerGlobalScope === undefined) return;
  const post = scope.postMessage.bind(scope);
  const closeScope = scope.close.bind(scope);
  scope.postMessage = (...args) => {
    clock.noteMessage();
    post(...args);
  };
  scope.close = () => {
    post(word);
    closeScope();
  };
  const whenIdle = async (): Promise<void> => {
    for (;;) {
      const before = clock.lastMessage();
      while (clock.pending().length > 0) await clock.sleep(5);
      await clock.askWorkers!(2_000);
      if (clock.pending().length === 0 && clock.lastMessage() === before) return post(word);
    }
  };
  scope.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (data !== word && data !== runWord && data !== holdWord) return;
    event.stopImmediatePropagation();
    if (data === word) void whenIdle();
    else clock.release(data === runWord);
  });
}
