/** A second thread that inflates and digests: what it shares with the first one, and how they take turns. */
import type { KernelExports } from './exports.ts';
import type { Inflation } from './inflation.ts';
import { inflateMore, sliceBytes } from './inflation.ts';
import { digestPiece, jobNumbers, jobOf, numbersOf, prepareDigests } from './values-digest.ts';
import type { ValuesJob } from './values-digest.ts';

/** What a second thread needs; {@link serveSecondThread} does the rest. */
export interface SecondThreadData {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: Int32Array<SharedArrayBuffer>;
}

// Places in the control block.
const state = 0;
const stream = 1;
const inflated = 2;
const status = 3;
/** Counts up with every slice. */
const progress = 4;
/** The next piece that has no digest. */
const nextPiece = 5;
/** Pieces before it may be digested; {@link ended} when there will be no more. */
const allowed = 6;
/** The numbers of a {@link ValuesJob}; all zero for a stream. */
const job = 7;
const places = job + jobNumbers;

// Values of `state`.
// 0: it has not started.
/** It runs, and waits for a moment at which nothing else uses the memory. */
const loaded = 1;
const connecting = 2;
const idle = 3;
const busy = 4;
const failed = 5;

/** Value of `allowed`. */
const ended = -1;

/** Smaller pairs are inflated by one thread: calling the other would take longer. */
export const leastForTwo = 512 * 1024;

/** Longest wait for a sign of the other thread, in milliseconds; then it is looked at again. */
const patienceMs = 1_000;

/** The first thread's side. */
export class SecondThread {
  readonly #control = new Int32Array(new SharedArrayBuffer(places * 4));
  #start: (() => void) | null;
  #seen = 0;

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
    // A comparison that failed may have left it waiting for more.
    this.allowPieces(ended);
    this.#waitWhile(busy);
    if (bytes >= leastForTwo) {
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

  /** Whether it takes work now. */
  isReady(): boolean {
    return Atomics.load(this.#control, state) === idle;
  }

  inflate(inflation: Inflation): void {
    const control = this.#control;
    control.fill(0, job);
    Atomics.store(control, stream, inflation.pointer);
    Atomics.store(control, inflated, inflation.inflatedBytes);
    Atomics.store(control, status, inflateMore);
    this.#seen = Atomics.load(control, progress);
    Atomics.store(control, state, busy);
    Atomics.notify(control, state);
  }

  update(inflation: Inflation): void {
    const control = this.#control;
    this.#check();
    this.#seen = Atomics.load(control, progress);
    // In this order: a stream that has ended has its last length.
    const now = Atomics.load(control, status);
    inflation.update(Atomics.load(control, inflated), now);
  }

  /** Waits for news of a stream. */
  wait(inflation: Inflation): void {
    if (inflation.hasEnded) return;
    Atomics.wait(this.#control, progress, this.#seen, patienceMs);
  }

  /** Starts to digest the pieces from `first` to before `end`; {@link allowPieces} may move the end. */
  digest(values: ValuesJob, first: number, end: number): void {
    const control = this.#control;
    control.set(numbersOf(values), job);
    Atomics.store(control, nextPiece, first);
    Atomics.store(control, allowed, end);
    Atomics.store(control, state, busy);
    Atomics.notify(control, state);
  }

  allowPieces(end: number): void {
    if (Atomics.load(this.#control, allowed) === end) return;
    Atomics.store(this.#control, allowed, end);
    Atomics.notify(this.#control, allowed);
  }

  /** The number of a piece that the other thread leaves to this one; null if there is none. */
  claimPiece(): number | null {
    return claim(this.#control);
  }

  /** Waits for the pieces that it has begun; returns the first one that it has not. */
  endDigest(): number {
    this.allowPieces(ended);
    this.#waitWhile(busy);
    this.#check();
    return Atomics.load(this.#control, nextPiece);
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
    const values = jobOf(control.slice(job));
    if (values.height === 0) {
      inflateStream(kernel, control);
      continue;
    }
    prepareDigests(kernel, values);
    for (;;) {
      const end = Atomics.load(control, allowed);
      const piece = claim(control);
      if (piece !== null) digestPiece(kernel, memory, values, 1, piece);
      else if (end === ended) break;
      else Atomics.wait(control, allowed, end);
    }
    Atomics.store(control, state, idle);
    Atomics.notify(control, state);
  }
}

function claim(control: Int32Array<SharedArrayBuffer>): number | null {
  for (;;) {
    const piece = Atomics.load(control, nextPiece);
    if (piece >= Atomics.load(control, allowed)) return null;
    if (Atomics.compareExchange(control, nextPiece, piece, piece + 1) === piece) return piece;
  }
}

function inflateStream(kernel: KernelExports, control: Int32Array<SharedArrayBuffer>): void {
  const pointer = Atomics.load(control, stream);
  for (;;) {
    const answer = kernel.inflateSome(pointer, Atomics.load(control, inflated) + sliceBytes);
    Atomics.store(control, inflated, kernel.inflatedBytes(pointer));
    // The first thread gives the next work as soon as it reads this.
    if (answer !== inflateMore) Atomics.store(control, state, idle);
    Atomics.store(control, status, answer);
    Atomics.add(control, progress, 1);
    Atomics.notify(control, progress);
    if (answer !== inflateMore) return;
  }
}
