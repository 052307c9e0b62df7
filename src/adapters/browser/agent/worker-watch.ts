import type { ClockOptions, PageClock } from './page-clock.ts';

/**
 * Lets a page, frame or worker ask its dedicated workers whether they have anything left to do. A question is a message
 * among the page's own, so its answer comes after theirs; neither side's scripts see it. Sent as text, after the page clock.
 */
export function installWorkerWatch({ hasWorkerClock, workerSource }: ClockOptions): void {
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
  const { now } = clock;
  if (clock.askWorkers !== undefined) return;
  const word = '__dpxdt:idle?';
  const heldWord = '__dpxdt:held';
  const closedWord = '__dpxdt:closed';
  const runWord = '__dpxdt:run';
  const holdWord = '__dpxdt:hold';
  let isReleased = false;
  const { addEventListener: listen } = EventTarget.prototype as {
    addEventListener: (this: EventTarget, type: string, call: (event: Event) => void) => void;
  };
  /** What a worker sends beyond that many messages is held until timers are released, the first of it at least. */
  const messageLimit = 10_000;
  const heldLimit = 1_000;
  /** A worker that shares memory may wait in it indefinitely, which looks like computing; unless told, it is waited for this long. */
  const sharingMs = 2_000;
  /** One that does not understand questions, which would reach its script, is waited for this long. */
  const deafMs = 2_000;
  /** Questions in a row that the page may outrun with messages to the worker. */
  const mostQuestions = 10;
  interface Watched {
    /** It understands the clock's messages. */
    isClocked: boolean;
    startedAt: number;
    /** Of those who wait for the answer to the question at `askedAt`. */
    answers: (() => void)[];
    askedAt: number | undefined;
    /** Messages to the worker. */
    posted: number;
    /** It holds messages back, since there were too many. */
    holds: boolean;
  }
  const live = new Map<Worker, Watched>();
  let sharesMemory = false;
  let hasHeld = false;
  clock.holdsMessages = () => hasHeld;
  clock.sharesMemory = () => sharesMemory;
  const memory = globalThis as unknown as { SharedArrayBuffer?: new (...rest: never[]) => object };
  if (memory.SharedArrayBuffer !== undefined) {
    const RealBuffer = memory.SharedArrayBuffer;
    memory.SharedArrayBuffer = new Proxy(RealBuffer, {
      construct(target, args, newTarget) {
        sharesMemory = true;
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    (RealBuffer.prototype as { constructor: unknown }).constructor = memory.SharedArrayBuffer;
  }
  if (typeof WebAssembly === 'object') {
    const RealMemory = WebAssembly.Memory;
    WebAssembly.Memory = new Proxy(RealMemory, {
      construct(target, args, newTarget) {
        sharesMemory ||= (args[0] as { shared?: boolean } | undefined)?.shared === true;
        return Reflect.construct(target, args, newTarget) as object;
      },
    });
    (RealMemory.prototype as { constructor: unknown }).constructor = WebAssembly.Memory;
  }
  const RealWorker = scope.Worker;
  const RealShared = scope.SharedWorker;
  // Of a shared worker, after its script.
  let isConnected = !('onconnect' in globalThis);
  clock.isConnected = () => isConnected;
  if (!isConnected) listen.call(globalThis, 'connect', () => (isConnected = true));
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
    const { postMessage: post, terminate } = prototype;
    const say = (worker: Worker, message: string): void => {
      if (live.get(worker)?.isClocked === true) post.call(worker, message);
    };
    const blobs = new Map<string, Blob>();
    if (workerSource !== undefined) {
      const address = URL as unknown as {
        createObjectURL: (object: unknown) => string;
        revokeObjectURL: (url: string) => void;
      };
      const { createObjectURL: create, revokeObjectURL: revoke } = address;
      address.createObjectURL = (object) => {
        const url = create.call(URL, object);
        if (object instanceof Blob) blobs.set(url, object);
        return url;
      };
      address.revokeObjectURL = (url) => {
        blobs.delete(url);
        revoke.call(URL, url);
      };
    }
    /** Its script with the clock before it, where the page holds the script. */
    const clockedUrl = (url: unknown): string | undefined => {
      const blob = blobs.get(String(url));
      if (blob === undefined) return undefined;
      const type = blob.type === '' ? 'text/javascript' : blob.type;
      return URL.createObjectURL(new Blob([workerSource!, ';', blob], { type }));
    };
    const answered = (watched: Watched | undefined): void => {
      if (watched === undefined) return;
      watched.askedAt = undefined;
      for (const answer of watched.answers.splice(0)) answer();
    };
    const gone = (worker: Worker): void => {
      const watched = live.get(worker);
      live.delete(worker);
      answered(watched);
    };
    const hear = (worker: Worker, watched: Watched, event: MessageEvent): void => {
      const { data } = event as { data: unknown };
      if (data !== word && data !== closedWord && data !== heldWord) return clock.noteMessage();
      event.stopImmediatePropagation();
      if (data === closedWord) return gone(worker);
      watched.holds ||= data === heldWord;
      hasHeld ||= watched.holds;
      answered(watched);
    };
    scope.Worker = new Proxy(RealWorker, {
      construct(target, args, newTarget) {
        const [url, ...how] = args as [unknown, ...unknown[]];
        const own = clockedUrl(url);
        const worker = Reflect.construct(
          target,
          own === undefined ? args : [own, ...how],
          newTarget,
        ) as Worker;
        clock.noteMessage();
        const isClocked = hasWorkerClock || own !== undefined;
        const watched: Watched = {
          isClocked,
          startedAt: now(),
          answers: [],
          askedAt: undefined,
          posted: 0,
          holds: false,
        };
        live.set(worker, watched);
        listen.call(worker, 'message', (event) => hear(worker, watched, event as MessageEvent));
        // Without a message, its script did not arrive; otherwise it lives on.
        listen.call(worker, 'error', (event) => {
          if (!(event instanceof ErrorEvent)) gone(worker);
        });
        if (isReleased) say(worker, runWord);
        return worker;
      },
    });
    prototype.constructor = scope.Worker;
    prototype.postMessage = function postMessage(this: Worker, ...args: unknown[]): void {
      const watched = live.get(this);
      if (watched !== undefined) watched.posted++;
      post.apply(this, args as [unknown]);
    };
    const release = clock.release;
    clock.release = (wanted) => {
      isReleased = wanted;
      release(wanted);
      for (const [worker, watched] of live) {
        watched.holds &&= !wanted;
        say(worker, wanted ? runWord : holdWord);
      }
    };
    prototype.terminate = function close(this: Worker): void {
      gone(this);
      terminate.call(this);
    };
    let awaitsSharing: boolean | undefined;
    const isAwaited = ({ isClocked, startedAt, askedAt, holds }: Watched): boolean => {
      if (!isClocked) return now() - startedAt <= deafMs;
      if (holds || !sharesMemory) return !holds;
      return awaitsSharing ?? (askedAt === undefined || now() - askedAt <= sharingMs);
    };
    const answerOf = async (worker: Worker, watched: Watched): Promise<void> => {
      for (let i = 0; i < mostQuestions && live.has(worker) && isAwaited(watched); i++) {
        const { posted } = watched;
        await new Promise<void>((resolve) => {
          watched.answers.push(resolve);
          if (watched.askedAt !== undefined) return;
          watched.askedAt = now();
          say(worker, word);
        });
        if (watched.posted === posted) return;
      }
    };
    clock.askWorkers = async (limitMs, sharing) => {
      awaitsSharing = sharing;
      if (live.size === 0) return 'none';
      const asked = [...live].filter(([, watched]) => isAwaited(watched));
      const idle = Promise.all(asked.map(([worker, watched]) => answerOf(worker, watched)));
      return Promise.race([
        idle.then(() => 'idle' as const),
        clock.sleep(limitMs).then(() => 'computing' as const),
      ]);
    };
  } else clock.askWorkers = async () => 'none';

  if (scope.DedicatedWorkerGlobalScope === undefined) return;
  const post = scope.postMessage.bind(scope);
  const closeScope = scope.close.bind(scope);
  let sent = 0;
  const held: unknown[] = [];
  scope.postMessage = (...args) => {
    clock.noteMessage();
    if (isReleased || ++sent <= messageLimit) return post(...args);
    if (sent === messageLimit + 1) post(heldWord);
    if (held.length >= heldLimit) return;
    const [message, how] = args as [unknown, (Transferable[] | StructuredSerializeOptions)?];
    held.push(structuredClone(message, Array.isArray(how) ? { transfer: how } : how));
  };
  const sendAgain = (): void => {
    sent = 0;
    for (const message of held.splice(0)) scope.postMessage(message);
  };
  scope.close = () => {
    post(closedWord);
    closeScope();
  };
  let draws = false;
  const { OffscreenCanvas: Canvas } = globalThis as {
    OffscreenCanvas?: { prototype: { getContext: (this: unknown, ...args: unknown[]) => unknown } };
  };
  if (Canvas !== undefined) {
    const { getContext: get } = Canvas.prototype;
    Canvas.prototype.getContext = function getContext(this: unknown, ...args: unknown[]): unknown {
      draws = true;
      return get.apply(this, args);
    };
  }
  const whenIdle = async (): Promise<void> => {
    for (;;) {
      const before = clock.lastMessage();
      while (clock.pending().length > 0 || clock.isWorking!()) await clock.sleep(5);
      while ((await clock.askWorkers!(250)) === 'computing');
      // Work in slices, by messages to itself, has sent one by then.
      await clock.sleep(5);
      if (clock.pending().length > 0 || clock.isWorking!()) continue;
      if (clock.lastMessage() !== before && clock.messages() < messageLimit) continue;
      // What it has drawn on a canvas of the page appears with its next frames.
      for (let i = 0; draws && i < 2; i++) await Promise.race([clock.frame(), clock.sleep(100)]);
      return post(word);
    }
  };
  scope.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (data !== word && data !== runWord && data !== holdWord) return;
    event.stopImmediatePropagation();
    if (data === word) void whenIdle();
    else {
      isReleased = data === runWord;
      clock.release(isReleased);
      if (isReleased) sendAgain();
    }
  });
}
