/** Streams of compressed pixels in the kernel's memory, inflated step by step, two of them on two threads. */
import type { KernelExports } from './exports.ts';
import type { KernelMemory } from './memory.ts';
import type { SecondThread } from './second-thread.ts';

/** Rows are looked at this many bytes behind the end of what is inflated, because that reads back so far. */
const windowBytes = 32 * 1024;
/** Bytes that are inflated at once. */
export const sliceBytes = 128 * 1024;
/** The input must be followed by so many zeros. */
const inputPadding = 64;

/** What `inflateSome` returns. */
export const inflateMore = 0;
const reasons: Record<number, string> = {
  2: 'its compressed pixels are damaged',
  3: 'its pixels are cut off',
  4: 'it holds more pixels than its header says',
};

/** A zlib stream that is inflated into rows. */
export class Inflation {
  readonly pointer: number;
  /** Of the rows, in bytes. */
  readonly bytes: number;
  readonly #kernel: KernelExports;
  #inflated = 0;
  #status = inflateMore;

  /**
   * @param parts the consecutive pieces of the stream, in the order in which they lie in one buffer
   * @param target where its rows go, `bytes` in all
   * @throws AppError `image_too_large` when there is not enough memory
   */
  constructor(
    kernel: KernelExports,
    memory: KernelMemory,
    parts: readonly Uint8Array[],
    target: number,
    bytes: number,
  ) {
    this.#kernel = kernel;
    this.bytes = bytes;
    const [first, last] = [parts[0]!, parts.at(-1)!];
    const whole = new Uint8Array(
      first.buffer,
      first.byteOffset,
      last.byteOffset + last.length - first.byteOffset,
    );
    this.pointer = memory.take(kernel.inflateBytes());
    const input = memory.take(whole.length + inputPadding);
    memory.grow();
    // A call for each of many small pieces would take longer than to copy what is between them, too.
    memory.view(input, whole.length).set(whole);
    let end = input;
    for (const part of parts) {
      kernel.move(end, input + part.byteOffset - first.byteOffset, part.length);
      end += part.length;
    }
    kernel.clear(end, inputPadding);
    kernel.startInflate(this.pointer, input, end - input, target, bytes);
  }

  get hasEnded(): boolean {
    return this.#status !== inflateMore;
  }

  /** Bytes that may be changed: nothing reads them any more. */
  get settledBytes(): number {
    return this.hasEnded ? this.#inflated : Math.max(0, this.#inflated - windowBytes);
  }

  get inflatedBytes(): number {
    return this.#inflated;
  }

  /** What `inflateSome` returned last. */
  get status(): number {
    return this.#status;
  }

  /** Inflates another slice. */
  advance(): this {
    const status = this.#kernel.inflateSome(this.pointer, this.#inflated + sliceBytes);
    this.update(this.#kernel.inflatedBytes(this.pointer), status);
    return this;
  }

  /** Takes over what another thread did. */
  update(inflated: number, status: number): void {
    this.#inflated = inflated;
    this.#status = status;
  }

  /** Why its rows are not complete; null if they are. Meaningful when it has ended. */
  get failure(): string | null {
    const reason = reasons[this.#status];
    if (reason !== undefined) return reason;
    return this.#inflated < this.bytes ? 'it holds fewer pixels than its header says' : null;
  }
}

export function inflateAll(stream: Inflation): void {
  while (!stream.hasEnded) stream.advance();
}

/**
 * Inflates two streams to their ends, whatever happens to one of them. Blocks.
 *
 * @param second does half of the work, if it has begun with `before`
 * @param onProgress called until both have ended, so that the rows that both have can be looked at; returns whether there were any
 */
export function inflateBoth(
  before: Inflation,
  after: Inflation,
  second: SecondThread | null,
  onProgress: () => boolean,
): void {
  if (second === null) {
    while (!before.hasEnded || !after.hasEnded) {
      if (onProgress()) continue;
      const isBehind = before.hasEnded || (!after.hasEnded && after.inflatedBytes < before.inflatedBytes);
      (isBehind ? after : before).advance();
    }
    return;
  }
  second.follow(after);
  for (;;) {
    second.update(before, after);
    // The rows that are left come when the other thread has time again.
    if (before.hasEnded && after.hasEnded) return;
    if (onProgress()) continue;
    if (after.hasEnded || !second.advance(after)) second.wait();
  }
}
