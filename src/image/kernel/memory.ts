/** The kernel's memory: taken from front to back, given back all at once. */
import { AppError } from '../../base/errors.ts';

const wasmPageBytes = 65_536;
/** As many as the kernel was compiled for: 4 GiB. */
export const maxPages = 65_536;
/** The kernel reads and writes up to this many bytes past the end of a block. */
export const slack = 64;

export class KernelMemory {
  readonly #memory: WebAssembly.Memory;
  #end = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** As other threads see it. */
  get shared(): WebAssembly.Memory {
    return this.#memory;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** The first free byte; setting it gives back everything that was taken after it. */
  get end(): number {
    return this.#end;
  }

  set end(end: number) {
    this.#end = end;
  }

  /** Space for `bytes`, aligned to 16; it exists after the next `grow`. */
  take(bytes: number): number {
    const pointer = roundUp(this.#end, 16);
    this.#end = pointer + bytes + slack;
    return pointer;
  }

  /** @throws AppError `image_too_large` when there is not enough memory */
  grow(): void {
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.#memory.grow(Math.ceil(missing / wasmPageBytes));
    } catch (cause) {
      const megabytes = Math.ceil(this.#end / 1e6).toLocaleString('en-US');
      throw new AppError(
        'image_too_large',
        `Comparing these images needs ${megabytes} MB of memory, more than is available. Compare smaller images.`,
        { cause },
      );
    }
  }

  /** Valid until the memory grows. */
  view(pointer: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, pointer, bytes);
  }
}

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
