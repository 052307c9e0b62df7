/** Digests of the values of changed pixels, piece by piece, so that two threads can make them. */
import { hash } from 'node:crypto';
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import type { KernelExports } from './exports.ts';
import type { KernelMemory } from './memory.ts';
import type { SecondThread } from './second-thread.ts';

/** Values are digested in pieces of at most about so many bytes. Another number gives other digests. */
const pieceBytes = 256 * 1024;
/** Bytes for a pixel, at most: RGBA before and after. */
const valueBytes = 8;
const digestBytes = 32;
/** `gatherValues` may write this much too many. */
const overhang = 32;
/** So many changed pixels are worth the calls of a second thread. */
const leastForTwo = 64 * 1024;

/** What a thread needs for it; numbers only, so that they fit into the control block. */
export interface ValuesJob {
  /** Arguments of `setPair`. */
  pair: readonly number[];
  /** Arguments of `setBits`. */
  bits: readonly [pointer: number, pitch: number];
  height: number;
  rowsPerPiece: number;
  /** Where the digests go, one after the other; of a piece without values it is zeros. */
  digests: number;
  /** Where the values of a piece are gathered, by thread. */
  scratch: readonly [first: number, second: number];
}

/** @param thread 0 or 1 */
export function prepareDigests(kernel: KernelExports, { pair, bits }: ValuesJob): void {
  kernel.setPair(...(pair as Parameters<KernelExports['setPair']>));
  kernel.setBits(...bits);
}

/**
 * SHA-256 of the colors of a piece's changed pixels, before and after; if one of them is not opaque, of RGBA. Nothing else tells how many
 * they are, so the key of a change must hold which pixels they are.
 */
export function digestPiece(
  kernel: KernelExports,
  memory: WebAssembly.Memory,
  { height, rowsPerPiece, digests, scratch }: ValuesJob,
  thread: 0 | 1,
  piece: number,
): void {
  const [first, end] = [piece * rowsPerPiece, Math.min((piece + 1) * rowsPerPiece, height)];
  const to = scratch[thread];
  let bytes = kernel.gatherColours(first, end, to);
  if (kernel.gatheredAlpha() !== 0) bytes = kernel.gatherValues(first, end, to);
  const digest = new Uint8Array(memory.buffer, digests + piece * digestBytes, digestBytes);
  if (bytes === 0) digest.fill(0);
  else digest.set(hash('sha256', new Uint8Array(memory.buffer, to, bytes), 'buffer'));
}

// The numbers of a job in a row.
const pairNumbers = 11;
export const jobNumbers = pairNumbers + 7;

export function numbersOf({ pair, bits, height, rowsPerPiece, digests, scratch }: ValuesJob): number[] {
  return [...pair, ...bits, height, rowsPerPiece, digests, ...scratch];
}

export function jobOf(numbers: Int32Array): ValuesJob {
  const [bits, pitch, height, rowsPerPiece, digests, first, second] = numbers.subarray(pairNumbers);
  return {
    pair: [...numbers.subarray(0, pairNumbers)],
    bits: [bits!, pitch!],
    height: height!,
    rowsPerPiece: rowsPerPiece!,
    digests: digests!,
    scratch: [first!, second!],
  };
}

/** The digests of one comparison. */
export class ValuesDigest {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  readonly #second: SecondThread | null;
  readonly #job: ValuesJob;
  readonly #pieces: number;
  /** Marks of all pixels that differ, of which the changed ones are a part. */
  readonly #differing: number;
  /** Pieces of which all differing pixels were digested. */
  #early = 0;
  #isEarly = false;
  #isShared = false;

  /** @param differing rows like those of `bits` */
  constructor(
    kernel: KernelExports,
    memory: KernelMemory,
    second: SecondThread | null,
    pair: { numbers: readonly number[]; shared: ImageSize },
    bits: readonly [pointer: number, pitch: number],
    differing: number,
  ) {
    const { width, height } = pair.shared;
    const rowsPerPiece = Math.max(1, Math.floor(pieceBytes / (width * valueBytes)));
    const scratchBytes = rowsPerPiece * width * valueBytes + overhang;
    this.#kernel = kernel;
    this.#memory = memory;
    this.#second = second?.isReady() === true ? second : null;
    this.#differing = differing;
    this.#pieces = Math.ceil(height / rowsPerPiece);
    this.#job = {
      pair: pair.numbers,
      bits,
      height,
      rowsPerPiece,
      digests: memory.take(this.#pieces * digestBytes),
      scratch: [memory.take(scratchBytes), memory.take(scratchBytes)],
    };
    memory.grow();
  }

  /** Lets the second thread digest what differs, as most of it will count as changed. */
  startEarly(): void {
    if (this.#second === null) return;
    const { bits, ...job } = this.#job;
    this.#second.digest({ ...job, bits: [this.#differing, bits[1]] }, 0, 0);
    this.#isEarly = true;
  }

  /** @param rows before which every differing pixel is marked */
  allow(rows: number): void {
    if (this.#isEarly) this.#second!.allowPieces(Math.floor(rows / this.#job.rowsPerPiece));
  }

  /** From now on the differing pixels may be something else. */
  endEarly(): void {
    if (!this.#isEarly) return;
    this.#isEarly = false;
    this.#early = this.#second!.endDigest();
  }

  /**
   * Starts to digest what changed, while this thread may align the pair.
   *
   * @param changedPixels of the canvas
   */
  start(changedPixels: number): void {
    this.#isShared = this.#second !== null && changedPixels >= leastForTwo;
    if (this.#isShared) this.#second!.digest(this.#job, this.#early, this.#pieces);
  }

  /**
   * @param forgiven marks of the pixels that differ, but did not change
   * @returns the digests, one after the other; valid until the next comparison
   */
  finish(forgiven: number): Uint8Array<ArrayBuffer> {
    const job = this.#job;
    prepareDigests(this.#kernel, job);
    const digest = (piece: number) => digestPiece(this.#kernel, this.#memory.shared, job, 0, piece);
    for (let piece = 0; piece < this.#early; piece++) if (this.#hasMarks(forgiven, piece)) digest(piece);
    if (this.#isShared) {
      for (let piece = this.#second!.claimPiece(); piece !== null; piece = this.#second!.claimPiece())
        digest(piece);
      this.#second!.endDigest();
    } else for (let piece = this.#early; piece < this.#pieces; piece++) digest(piece);
    return this.#memory.view(job.digests, this.#pieces * digestBytes);
  }

  #hasMarks(marks: number, piece: number): boolean {
    const { bits, rowsPerPiece, height } = this.#job;
    const pitch = bits[1];
    const [first, end] = [piece * rowsPerPiece, Math.min((piece + 1) * rowsPerPiece, height)];
    const words = new Int32Array(this.#memory.buffer, marks + first * pitch, ((end - first) * pitch) / 4);
    return words.some((word) => word !== 0);
  }
}
