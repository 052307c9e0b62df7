import type { PageClock } from './page-clock.ts';

/**
 * Notes what the browser itself does for a page, frame or worker and always ends: databases, files, caches, decoding,
 * hashing, compiling, answers that arrive in pieces. Sent as text, after the page clock.
 */
export function installBackgroundWork(): void {
  const scope = globalThis as unknown as Record<string, unknown> & { __dpxdtClock: PageClock };
  const clock = scope.__dpxdtClock;
  const { now } = clock;
  // Some libraries put their own in the place of these.
  const RealPromise = Promise;
  /* eslint-disable @typescript-eslint/unbound-method -- called with the right `this` below */
  const { then } = Promise.prototype;
  const { addEventListener: listen } = EventTarget.prototype;
  /* eslint-enable @typescript-eslint/unbound-method */
  if (clock.isWorking !== undefined) return;
  /** What takes longer may wait for something that never comes. */
  const longestMs = 10_000;
  /** More than so many are not waited for. */
  const mostWorks = 3_000;
  /** A service worker may have no answer to a message, and none may take over the page. */
  const serviceWorkerMs = 1_000;
  /** Until then the network has told of a worker's request, which is waited for from then on. */
  const requestToldMs = 1_000;
  let works = 0;
  const begun = new Set<{ at: number }>();
  clock.isWorking = (sinceMs = 0) => {
    for (const { at } of begun) {
      const ageMs = now() - at;
      if (ageMs >= sinceMs && ageMs < longestMs) return true;
    }
    return false;
  };
  /** @returns ends it */
  const begin = (at = now()): (() => void) => {
    const work = { at };
    if (++works <= mostWorks) begun.add(work);
    return () => void begun.delete(work);
  };
  /** What arrives belongs to the chain that asked for it. */
  const continuing = (end: () => void): (() => void) => {
    const keep = clock.keepChain();
    if (keep === null) return end;
    return () => {
      end();
      keep();
    };
  };
  const untilSettled = (promise: unknown, at?: number): void => {
    if (!(promise instanceof RealPromise)) return;
    const end = continuing(begin(at));
    void then.call(promise, end, end);
  };
  const untilEvent = (target: unknown, events: readonly string[]): void => {
    const end = continuing(begin());
    for (const event of events) listen.call(target as EventTarget, event, end, { once: true, capture: true });
  };

  type Method = (this: object, ...args: unknown[]) => unknown;
  type Note = (answer: unknown, self: object, args: unknown[]) => void;
  /** Calls `note` after each of an object's own methods. */
  const after = (owner: unknown, names: readonly string[], note: Note): void => {
    if (owner === undefined) return;
    for (const name of names) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, name);
      const real = descriptor?.value as Method | undefined;
      if (real === undefined) continue;
      const value = function (this: object, ...args: unknown[]): unknown {
        const answer = real.apply(this, args);
        note(answer, this, args);
        return answer;
      };
      Object.defineProperty(owner, name, { ...descriptor, value });
    }
  };
  const prototypeOf = (name: string): object | undefined =>
    (scope[name] as { prototype?: object } | undefined)?.prototype;

  const contents = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];
  const ciphers = ['decrypt', 'digest', 'encrypt', 'sign', 'verify'];
  const keys = ['deriveBits', 'deriveKey', 'exportKey', 'generateKey', 'importKey', 'unwrapKey', 'wrapKey'];
  const promising: Record<string, readonly string[]> = {
    AudioDecoder: ['flush'],
    BaseAudioContext: ['decodeAudioData'],
    Blob: contents,
    Cache: ['add', 'addAll', 'delete', 'keys', 'match', 'matchAll', 'put'],
    CacheStorage: ['delete', 'has', 'keys', 'match', 'open'],
    FileSystemDirectoryHandle: ['getDirectoryHandle', 'getFileHandle', 'removeEntry'],
    FileSystemFileHandle: ['createSyncAccessHandle', 'createWritable', 'getFile'],
    FileSystemWritableFileStream: ['seek', 'truncate', 'write'],
    IDBFactory: ['databases'],
    ImageDecoder: ['decode'],
    OfflineAudioContext: ['startRendering'],
    OffscreenCanvas: ['convertToBlob'],
    Request: contents,
    Response: contents,
    Scheduler: ['yield'],
    StorageManager: ['getDirectory'],
    SubtleCrypto: [...ciphers, ...keys],
    VideoDecoder: ['flush'],
  };
  const noted = new Set<string>();
  const notePromises = (): void => {
    for (const [name, methods] of Object.entries(promising)) {
      const owner = prototypeOf(name);
      if (owner === undefined || noted.has(name)) continue;
      noted.add(name);
      after(owner, methods, (promise) => untilSettled(promise));
    }
  };
  notePromises();
  /** A function or attribute of the global object, which may be one of its prototype's. */
  const ownerOf = (name: string): object => {
    let owner: object = globalThis;
    while (!Object.hasOwn(owner, name) && owner !== Object.prototype)
      owner = Object.getPrototypeOf(owner) as object;
    return owner;
  };
  // A worker gets what needs a secure context with its first script, after this.
  if (scope['window'] === undefined) {
    for (const name of ['caches', 'crypto', 'navigator']) {
      const owner = ownerOf(name);
      const attribute = Object.getOwnPropertyDescriptor(owner, name);
      if (attribute?.get === undefined) continue;
      const noting = function (this: unknown): unknown {
        notePromises();
        Object.defineProperty(owner, name, attribute);
        return attribute.get!.call(this);
      };
      Object.defineProperty(owner, name, { ...attribute, get: noting });
    }
  }
  after(ownerOf('createImageBitmap'), ['createImageBitmap'], (promise) => untilSettled(promise));
  const compiling = ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming'];
  after(scope['WebAssembly'], compiling, (promise) => untilSettled(promise));
  after(prototypeOf('Scheduler'), ['postTask'], (promise, _self, [, how]) => {
    // With a delay, it is a timer.
    const { delay = 0 } = (how ?? {}) as { delay?: number };
    if (!(delay > 0)) untilSettled(promise);
  });
  after(prototypeOf('WritableStream'), ['close'], (promise, stream) => {
    const isFile = Object.prototype.toString.call(stream) === '[object FileSystemWritableFileStream]';
    if (isFile) untilSettled(promise);
  });
  after(prototypeOf('IDBFactory'), ['open', 'deleteDatabase'], (request) =>
    untilEvent(request, ['success', 'error', 'blocked']),
  );
  after(prototypeOf('IDBDatabase'), ['transaction'], (work) => untilEvent(work, ['complete', 'abort']));
  /** @returns ends it; it ends by itself after a while, because some never answer */
  const beginAtMost = (ms: number): (() => void) => {
    const end = begin();
    void clock.sleep(ms).then(end);
    return end;
  };
  after(prototypeOf('ServiceWorkerContainer'), ['register'], (promise, container) => {
    untilSettled(promise);
    const end = beginAtMost(serviceWorkerMs);
    void then.call((container as ServiceWorkerContainer).ready, end, end);
  });
  after(prototypeOf('ServiceWorker'), ['postMessage'], () => {
    const options = { once: true, capture: true };
    listen.call(navigator.serviceWorker, 'message', beginAtMost(serviceWorkerMs), options);
  });
  const reads = ['readAsArrayBuffer', 'readAsBinaryString', 'readAsDataURL', 'readAsText'];
  after(prototypeOf('FileReader'), reads, (_answer, reader) => untilEvent(reader, ['loadend']));
  // The network tells of the request itself, but of a worker's later than the worker says that it has nothing to do.
  if (scope['window'] === undefined) {
    after(ownerOf('fetch'), ['fetch'], (answering) => {
      const end = beginAtMost(requestToldMs);
      if (answering instanceof RealPromise) void then.call(answering, end, end);
    });
    after(prototypeOf('XMLHttpRequest'), ['send'], (_answer, request) =>
      listen.call(request as EventTarget, 'loadend', beginAtMost(requestToldMs), {
        once: true,
        capture: true,
      }),
    );
  }
  const arrivals = ['readystatechange', 'load', 'loadend', 'error', 'abort', 'timeout'];
  after(prototypeOf('XMLHttpRequest'), ['send'], (_answer, request) => {
    const keep = clock.keepChain();
    if (keep === null) return;
    for (const event of arrivals) listen.call(request as EventTarget, event, keep, { capture: true });
  });

  /** Streams that the browser fills, and their readers, with when they began. */
  const filled = new WeakMap<object, number>();
  const response = prototypeOf('Response') ?? {};
  const body = Object.getOwnPropertyDescriptor(response, 'body');
  Object.defineProperty(response, 'body', {
    ...body,
    get(this: Response): unknown {
      const stream = body!.get!.call(this) as object | null;
      // One without an address holds what a script puts into it.
      if (stream !== null && this.url !== '' && !filled.has(stream)) filled.set(stream, now());
      return stream;
    },
  });
  after(prototypeOf('Blob'), ['stream'], (stream) => filled.set(stream as object, now()));
  after(prototypeOf('ReadableStream'), ['getReader', 'pipeThrough'], (made, stream) => {
    const at = filled.get(stream);
    if (at !== undefined) filled.set(made as object, at);
  });
  for (const name of ['ReadableStreamDefaultReader', 'ReadableStreamBYOBReader']) {
    after(prototypeOf(name), ['read'], (promise, reader) => {
      const at = filled.get(reader);
      if (at !== undefined) untilSettled(promise, at);
    });
  }
}
