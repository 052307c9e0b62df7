/** A second thread that inflates: what it shares with the first one, and how they take turns. */
import type { KernelExports } from './exports.ts';
import type { Inflation } from './inflation.ts';
import { inflateMore, sliceBytes } from './inflation.ts';

/** What a second thread needs; {@link serveSecondThread} does the rest. */
export interface SecondThreadData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: Int32Array<SharedArrayBuffer>;
}

// Places in the control block.
const state = 0;
/** Which thread inflates the image after: the other must wait until it is `free`. */
const owner = 1;
/** Counts up with every slice of the second thread. */
const progress = 2;
/** The streams of both images: three places for each. */
const beforeStream = 3;
const afterStream = 6;
const places = 9;

// Values of `state`.
// 0: it has not started.
/** It runs, and waits for a moment at which nothing else uses the memory. */
const loaded = 1;
const connecting = 2;
const idle = 3;
const busy = 4;
const failed = 5;

// Values of `owner`.
const free = 0;
const first = 1;
const second = 2;

// Places of a stream.
const pointer = 0;
const inflated = 1;
const status = 2;
/** There is nothing to inflate. */
const none = -1;

/** Smaller pairs are inflated by one thread: calling the other would take longer. */
const leastForTwo = 512 * 1024;

/** Longest wait for a sign of the other thread, in milliseconds; then it is looked at again. */
const patienceMs = 1_000;

/** The first thread's side. */
export class SecondThread {
  readonly #control = new Int32Array(new SharedArrayBuffer(places * 4));
  #start: (() => void) | null;
  #seen = 0;
  #isWorth = false;

  /** @param start starts a thread that calls {@link serveSecondThread}; it may be late, or fail */
  constructor(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    start: (data: SecondThreadData) => void,
  ) {
    this.#start = () => start({ module, memory, control: this.#control });
  }

  /**
   * Makes it ready if it can be, and starts it for the first pair that is large enough. Only to be called while nothing in the
   * memory is needed.
   *
   * @param bytes of all rows
   */
  connect(bytes: number): void {
    const control = this.#control;
    // A comparison that failed may have left it waiting for the other stream.
    this.#free();
    this.#waitWhile(busy);
    this.#isWorth = bytes >= leastForTwo;
    if (this.#isWorth) {
      this.#start?.();
      this.#start = null;
    }
    if (Atomics.load(control, state) !== loaded) return;
    Atomics.store(control, state, connecting);
    Atomics.notify(control, state);
    this.#waitWhile(connecting);
  }

  #waitWhile(value: number): void {
    const control = this.#control;
    while (Atomics.load(control, state) === value) Atomics.wait(control, state, value, patienceMs);
  }

  /** Whether it takes the work of the pair that {@link connect} was called for. */
  isReady(): boolean {
    const now = Atomics.load(this.#control, state);
    return this.#isWorth && (now === idle || now === busy);
  }

  /** Starts to inflate the image before. {@link follow} must come. */
  inflate(before: Inflation): void {
    const control = this.#control;
    this.#check();
    this.#tell(beforeStream, before);
    Atomics.store(control, afterStream + status, none);
    Atomics.store(control, owner, first);
    Atomics.store(control, state, busy);
    Atomics.notify(control, state);
  }

  /** The image after follows, in so far as {@link advance} has not done it. */
  follow(after: Inflation): void {
    this.#tell(afterStream, after);
    this.#free();
  }

  #free(): void {
    Atomics.store(this.#control, owner, free);
    Atomics.notify(this.#control, owner);
  }

  #tell(stream: number, inflation: Inflation): void {
    const control = this.#control;
    Atomics.store(control, stream + pointer, inflation.pointer);
    Atomics.store(control, stream + inflated, inflation.inflatedBytes);
    Atomics.store(control, stream + status, inflation.status);
  }

  /** Takes over how far both are. */
  update(before: Inflation, after: Inflation): void {
    const control = this.#control;
    this.#check();
    this.#seen = Atomics.load(control, progress);
    for (const [stream, inflation] of [
      [beforeStream, before],
      [afterStream, after],
    ] as const) {
      // In this order: a stream that has ended has its last length.
      const now = Atomics.load(control, stream + status);
      inflation.update(Atomics.load(control, stream + inflated), now);
    }
  }

  /** Inflates a slice of the image after in this thread; false if the other thread does. */
  advance(after: Inflation): boolean {
    const control = this.#control;
    if (Atomics.compareExchange(control, owner, free, first) !== free) return false;
    this.#tell(afterStream, after.advance());
    this.#free();
    return true;
  }

  /** Waits for news since {@link update}. */
  wait(): void {
    Atomics.wait(this.#control, progress, this.#seen, patienceMs);
  }

  /** Once it failed, {@link isReady} is false for good. */
  #check(): void {
    if (Atomics.load(this.#control, state) === failed) throw new Error('a thread ended unexpectedly');
  }
}

/** The second thread's side. Never returns: it ends with the thread that started it. */
export function serveSecondThread(data: SecondThreadData): void {
  const { control } = data;
  try {
    serve(data);
  } finally {
    Atomics.store(control, state, failed);
    Atomics.notify(control, state);
    Atomics.add(control, progress, 1);
    Atomics.notify(control, progress);
  }
}

function serve({ module, memory, control }: SecondThreadData): void {
  Atomics.store(control, state, loaded);
  while (Atomics.load(control, state) === loaded) Atomics.wait(control, state, loaded);
  // This writes the kernel's constants into the memory once more.
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
  Atomics.store(control, state, idle);
  Atomics.notify(control, state);
  for (;;) {
    Atomics.wait(control, state, idle);
    if (Atomics.load(control, state) !== busy) continue;
    inflateStreams(kernel, control);
    Atomics.store(control, state, idle);
    Atomics.notify(control, state);
  }
}

function inflateStreams(kernel: KernelExports, control: Int32Array<SharedArrayBuffer>): void {
  inflateStream(kernel, control, beforeStream);
  // The first thread has it for a slice at a time.
  while (Atomics.compareExchange(control, owner, free, second) === first) Atomics.wait(control, owner, first);
  inflateStream(kernel, control, afterStream);
}

function inflateStream(kernel: KernelExports, control: Int32Array<SharedArrayBuffer>, stream: number): void {
  const at = Atomics.load(control, stream + pointer);
  while (Atomics.load(control, stream + status) === inflateMore) {
    const answer = kernel.inflateSome(at, Atomics.load(control, stream + inflated) + sliceBytes);
    Atomics.store(control, stream + inflated, kernel.inflatedBytes(at));
    Atomics.store(control, stream + status, answer);
    Atomics.add(control, progress, 1);
    Atomics.notify(control, progress);
  }
}
