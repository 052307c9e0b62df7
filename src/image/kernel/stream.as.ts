// A zlib stream that is inflated step by step: its state, and its bits.

// What inflateSome returns.
/** There is more to inflate. */
export const MORE: i32 = 0;
export const DONE: i32 = 1;
export const DAMAGED: i32 = 2;
export const CUT_OFF: i32 = 3;
export const TOO_LONG: i32 = 4;

// Parts of a stream, which it is in.
export const AT_START: u32 = 0;
export const AT_BLOCK: u32 = 1;
export const IN_STORED: u32 = 2;
export const IN_CODED: u32 = 3;
export const AT_END: u32 = 4;

/** The state of a stream, followed by its tables. */
@unmanaged
export class Stream {
  part: u32;
  /** Next byte, and the first one after them. */
  input: usize;
  inputEnd: usize;
  /** Where the output starts, where it continues, and where it must end at the latest. */
  outputStart: usize;
  output: usize;
  outputEnd: usize;
  /** Bits that were read, but not consumed. */
  bits: u64;
  bitCount: u32;
  isLastBlock: u32;
  /** Bytes that are left of a stored block. */
  stored: usize;
  lengthBits: u32;
  distanceBits: u32;
  checksum: u32;
  checkedTo: usize;
}

export const tablesAt: usize = 128;
export const distanceTableAt: usize = tablesAt + 2400 * 4;
export const lengthsAt: usize = distanceTableAt + 512 * 4;
export const countsAt: usize = lengthsAt + 512;
export const sortedAt: usize = countsAt + 128;
export const streamBytes: usize = sortedAt + 1024;

// @ts-ignore: decorator
@inline
export function isPastEnd(stream: Stream): bool {
  return stream.input - (stream.bitCount >> 3) > stream.inputEnd;
}

// @ts-ignore: decorator
@inline
export function refill(stream: Stream): void {
  if (stream.input > stream.inputEnd + 32) return;
  stream.bits |= load<u64>(stream.input) << <u64>stream.bitCount;
  stream.input += (63 - stream.bitCount) >> 3;
  stream.bitCount |= 56;
}

// @ts-ignore: decorator
@inline
export function consume(stream: Stream, bits: u32): void {
  stream.bits >>= <u64>bits;
  stream.bitCount -= bits;
}

// @ts-ignore: decorator
@inline
export function take(stream: Stream, bits: u32): u32 {
  const value = <u32>stream.bits & ((<u32>1 << bits) - 1);
  consume(stream, bits);
  return value;
}
