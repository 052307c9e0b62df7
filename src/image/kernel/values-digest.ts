/** Digests of the values of changed pixels, piece by piece, so that two threads can make them. */
import { hash } from 'node:crypto';
import type { KernelExports } from './exports.ts';

/** Values are digested in pieces of about so many bytes. Another number gives other digests. */
const pieceBytes = 256 * 1024;
/** Bytes for a pixel: RGBA before and after. */
const valueBytes = 8;
export const digestBytes = 32;
/** `gatherValues` may write this much too many. */
const overhang = 32;

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

export function rowsPerPiece(width: number): number {
  return Math.max(1, Math.floor(pieceBytes / (width * valueBytes)));
}

export function scratchBytes(width: number): number {
  return rowsPerPiece(width) * width * valueBytes + overhang;
}

/**
 * @param thread 0 or 1
 * @param nextPiece numbers from 0, each for one thread
 */
export function digestPieces(
  kernel: KernelExports,
  memory: WebAssembly.Memory,
  job: ValuesJob,
  thread: 0 | 1,
  nextPiece: () => number,
): void {
  const { height, rowsPerPiece: rows, digests } = job;
  const scratch = job.scratch[thread];
  kernel.setPair(...(job.pair as Parameters<KernelExports['setPair']>));
  kernel.setBits(...job.bits);
  for (let piece = nextPiece(); piece * rows < height; piece = nextPiece()) {
    const bytes = kernel.gatherValues(piece * rows, Math.min((piece + 1) * rows, height), scratch);
    const digest = new Uint8Array(memory.buffer, digests + piece * digestBytes, digestBytes);
    if (bytes === 0) digest.fill(0);
    else digest.set(hash('sha256', new Uint8Array(memory.buffer, scratch, bytes), 'buffer'));
  }
}

// The numbers of a job in a row.
const pairNumbers = 11;

export function numbersOf({ pair, bits, height, rowsPerPiece: rows, digests, scratch }: ValuesJob): number[] {
  return [...pair, ...bits, height, rows, digests, ...scratch];
}

export function jobOf(numbers: Int32Array): ValuesJob {
  const [bits, pitch, height, rows, digests, first, second] = numbers.subarray(pairNumbers);
  return {
    pair: [...numbers.subarray(0, pairNumbers)],
    bits: [bits!, pitch!],
    height: height!,
    rowsPerPiece: rows!,
    digests: digests!,
    scratch: [first!, second!],
  };
}

export const jobNumbers = pairNumbers + 7;
