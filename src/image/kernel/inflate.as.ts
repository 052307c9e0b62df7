// Inflates zlib streams (RFC 1950 and 1951), step by step, after the design of libdeflate. The output lies in one piece, so it is the window,
// too: the last 32 KiB must not be changed before the stream has gone on.

import { adler32 } from './adler.as';
import { EXCEPTIONAL, END_OF_BLOCK, INVALID, LITERAL, SUBTABLE } from './huffman.as';
import { buildTable, distanceSymbols, lengthSymbols, makeSymbols, plainSymbols } from './huffman.as';

// What inflateSome returns.
/** There is more to inflate. */
const MORE: i32 = 0;
const DONE: i32 = 1;
const DAMAGED: i32 = 2;
const CUT_OFF: i32 = 3;
const TOO_LONG: i32 = 4;

// Parts of a stream, which it is in.
const AT_START: u32 = 0;
const AT_BLOCK: u32 = 1;
const IN_STORED: u32 = 2;
const IN_CODED: u32 = 3;
const AT_END: u32 = 4;

/** The state of a stream, followed by its tables. */
@unmanaged
class Stream {
  part: u32;
  /** Next byte, and the first one after them. */
  input: usize;
  inputEnd: usize;
  /** Where the output starts, where it goes on, and where it must end at the latest. */
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

const tablesAt: usize = 128;
const distanceTableAt: usize = tablesAt + 2400 * 4;
const lengthsAt: usize = distanceTableAt + 512 * 4;
const countsAt: usize = lengthsAt + 512;
const sortedAt: usize = countsAt + 128;
const streamBytes: usize = sortedAt + 1024;

const lengthRootBits: u32 = 11;
const distanceRootBits: u32 = 8;

/** By distance below 16: which byte of the pattern comes at which place. */
const patterns = memory.data(16 * 16, 16);
/** Bytes that a pattern advances by. */
const patternSteps = memory.data(16 * 4, 16);
const lengthOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** Bytes of a stream's state. */
export function inflateBytes(): usize {
  return streamBytes;
}

/** `input` is followed by 64 bytes of zeros, `output` by 64 bytes that may be written. */
export function startInflate(at: usize, input: usize, inputBytes: usize, output: usize, outputBytes: usize): void {
  const stream = changetype<Stream>(at);
  makeSymbols();
  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let i: u32 = 0; i < 16; i++) store<u8>(patterns + (distance << 4) + i, <u8>(i % distance));
    store<u32>(patternSteps + (distance << 2), 16 - (16 % distance));
  }
  stream.part = AT_START;
  stream.input = input;
  stream.inputEnd = input + inputBytes;
  stream.outputStart = output;
  stream.output = output;
  stream.outputEnd = output + outputBytes;
  stream.bits = 0;
  stream.bitCount = 0;
  stream.isLastBlock = 0;
  stream.checksum = 1;
  stream.checkedTo = output;
}

/** Bytes that were inflated. */
export function inflatedBytes(at: usize): usize {
  const stream = changetype<Stream>(at);
  return stream.output - stream.outputStart;
}

/** Goes on until at least `wanted` bytes of the whole were inflated, or the stream ends. */
export function inflateSome(at: usize, wanted: usize): i32 {
  const stream = changetype<Stream>(at);
  const limit = min(stream.outputStart + wanted, stream.outputEnd);
  const answer = goOn(stream, limit, stream.outputStart + wanted > stream.outputEnd);
  if (answer === DAMAGED && isPastEnd(stream)) return CUT_OFF;
  if (answer > DONE) return answer;
  if (stream.output > stream.checkedTo) {
    stream.checksum = adler32(stream.checksum, stream.checkedTo, stream.output);
    stream.checkedTo = stream.output;
  }
  return answer === DONE ? finish(stream) : MORE;
}

function goOn(stream: Stream, limit: usize, toEnd: bool): i32 {
  while (true) {
    let answer = DONE;
    switch (stream.part) {
      case AT_START:
        answer = readStart(stream);
        break;
      case AT_BLOCK:
        answer = readBlockHeader(stream);
        break;
      case IN_STORED:
        answer = copyStored(stream, limit);
        break;
      case IN_CODED:
        answer = readCodes(stream, limit);
        break;
      default:
        return DONE;
    }
    if (answer !== DONE) return answer;
    if (isPastEnd(stream)) return CUT_OFF;
    if (!toEnd && stream.output >= limit && stream.part !== AT_END) return MORE;
  }
}

function finish(stream: Stream): i32 {
  const spare = stream.bitCount & 7;
  consume(stream, spare);
  refill(stream);
  const stated = bswap(<u32>stream.bits);
  consume(stream, 32);
  if (isPastEnd(stream)) return CUT_OFF;
  return stated === stream.checksum ? DONE : DAMAGED;
}

// @ts-ignore: decorator
@inline
function isPastEnd(stream: Stream): bool {
  return stream.input - (stream.bitCount >> 3) > stream.inputEnd;
}

// @ts-ignore: decorator
@inline
function refill(stream: Stream): void {
  if (stream.input > stream.inputEnd + 32) return;
  stream.bits |= load<u64>(stream.input) << <u64>stream.bitCount;
  stream.input += (63 - stream.bitCount) >> 3;
  stream.bitCount |= 56;
}

// @ts-ignore: decorator
@inline
function consume(stream: Stream, bits: u32): void {
  stream.bits >>= <u64>bits;
  stream.bitCount -= bits;
}

// @ts-ignore: decorator
@inline
function take(stream: Stream, bits: u32): u32 {
  const value = <u32>stream.bits & ((<u32>1 << bits) - 1);
  consume(stream, bits);
  return value;
}

function readStart(stream: Stream): i32 {
  if (stream.inputEnd - stream.input < 2) return CUT_OFF;
  const method = <u32>load<u8>(stream.input);
  const flags = <u32>load<u8>(stream.input, 1);
  stream.input += 2;
  const isKnown = (method & 15) === 8 && method >> 4 <= 7 && !(flags & 32);
  if (!isKnown || ((method << 8) | flags) % 31 !== 0) return DAMAGED;
  stream.part = AT_BLOCK;
  return DONE;
}

function readBlockHeader(stream: Stream): i32 {
  if (stream.isLastBlock) {
    stream.part = AT_END;
    return DONE;
  }
  refill(stream);
  stream.isLastBlock = take(stream, 1);
  switch (take(stream, 2)) {
    case 0:
      consume(stream, stream.bitCount & 7);
      // Whole bytes are given back.
      stream.input -= stream.bitCount >> 3;
      stream.bits = 0;
      stream.bitCount = 0;
      if (stream.input + 4 > stream.inputEnd) return CUT_OFF;
      stream.stored = <usize>load<u16>(stream.input);
      if (stream.stored !== (<usize>load<u16>(stream.input, 2) ^ 0xffff)) return DAMAGED;
      stream.input += 4;
      stream.part = IN_STORED;
      return DONE;
    case 1:
      return useFixedCodes(stream);
    case 2:
      return readCodeLengths(stream);
    default:
      return DAMAGED;
  }
}

function copyStored(stream: Stream, limit: usize): i32 {
  const wanted = min(stream.stored, max(limit, stream.output) - stream.output);
  const bytes = min(wanted, stream.inputEnd - stream.input);
  memory.copy(stream.output, stream.input, bytes);
  stream.output += bytes;
  stream.input += bytes;
  stream.stored -= bytes;
  if (stream.stored === 0) {
    stream.part = AT_BLOCK;
    return DONE;
  }
  if (stream.input === stream.inputEnd) return CUT_OFF;
  return stream.output === stream.outputEnd ? TOO_LONG : DONE;
}

function useFixedCodes(stream: Stream): i32 {
  const at = changetype<usize>(stream);
  const lengths = at + lengthsAt;
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  memory.fill(lengths + 288, 5, 32);
  return useCodes(stream, 288, 32);
}

function useCodes(stream: Stream, lengthSymbolCount: u32, distanceSymbolCount: u32): i32 {
  const at = changetype<usize>(stream);
  const lengths = at + lengthsAt;
  const counts = at + countsAt;
  const sorted = at + sortedAt;
  const distances = at + distanceTableAt;
  stream.lengthBits = buildTable(
    at + tablesAt, lengthRootBits, lengths, lengthSymbolCount, lengthSymbols, false, counts, sorted);
  stream.distanceBits = buildTable(
    distances, distanceRootBits, lengths + lengthSymbolCount, distanceSymbolCount, distanceSymbols, false, counts, sorted);
  if (!stream.lengthBits || !stream.distanceBits) return DAMAGED;
  stream.part = IN_CODED;
  return DONE;
}

function readCodeLengths(stream: Stream): i32 {
  const at = changetype<usize>(stream);
  const lengths = at + lengthsAt;
  const table = at + tablesAt;
  const lengthCount = take(stream, 5) + 257;
  const distanceCount = take(stream, 5) + 1;
  const orderCount = take(stream, 4) + 4;
  if (lengthCount > 286 || distanceCount > 30) return DAMAGED;
  memory.fill(lengths, 0, 19);
  for (let i: u32 = 0; i < orderCount; i++) {
    refill(stream);
    store<u8>(lengths + load<u8>(lengthOrder + i), <u8>take(stream, 3));
  }
  const bits = buildTable(table, 7, lengths, 19, plainSymbols, true, at + countsAt, at + sortedAt);
  if (!bits) return DAMAGED;
  const count = lengthCount + distanceCount;
  let i: u32 = 0;
  while (i < count) {
    refill(stream);
    if (isPastEnd(stream)) return CUT_OFF;
    const entry = load<u32>(table + ((<u32>stream.bits & ((<u32>1 << bits) - 1)) << 2));
    consume(stream, entry & 255);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(lengths + i++, <u8>symbol);
      continue;
    }
    let value: u8 = 0;
    let times: u32 = 0;
    if (symbol === 16) {
      if (i === 0) return DAMAGED;
      value = load<u8>(lengths + i - 1);
      times = 3 + take(stream, 2);
    } else {
      times = symbol === 17 ? 3 + take(stream, 3) : 11 + take(stream, 7);
    }
    if (i + times > count) return DAMAGED;
    memory.fill(lengths + i, value, times);
    i += times;
  }
  if (load<u8>(lengths + 256) === 0) return DAMAGED;
  return useCodes(stream, lengthCount, distanceCount);
}

// @ts-ignore: decorator
@inline
function extra(bits: u64, entry: u32): u32 {
  const all = <u32>bits & ((<u32>1 << (entry & 31)) - 1);
  return all >> ((entry >> 8) & 15);
}

function readCodes(stream: Stream, limit: usize): i32 {
  const table = changetype<usize>(stream) + tablesAt;
  const distances = changetype<usize>(stream) + distanceTableAt;
  const mask = (<u32>1 << stream.lengthBits) - 1;
  const distanceMask = (<u32>1 << stream.distanceBits) - 1;
  const start = stream.outputStart;
  const fastInputEnd = stream.inputEnd - 32;
  const fastOutputEnd = min(limit, max(stream.outputEnd, start + 384) - 384);
  let bits = stream.bits;
  let count = stream.bitCount;
  let input = stream.input;
  let output = stream.output;
  let answer = DONE;

  if (stream.inputEnd > 32 && input < fastInputEnd && output < fastOutputEnd) {
    bits |= load<u64>(input) << <u64>count;
    input += (63 - count) >> 3;
    count |= 56;
    let entry = load<u32>(table + ((<u32>bits & mask) << 2));
    do {
      let saved = bits;
      bits >>= <u64>(entry & 63);
      count -= entry & 63;
      if (entry & LITERAL) {
        store<u8>(output++, <u8>(entry >> 16));
        entry = load<u32>(table + ((<u32>bits & mask) << 2));
        saved = bits;
        bits >>= <u64>(entry & 63);
        count -= entry & 63;
        if (entry & LITERAL) {
          store<u8>(output++, <u8>(entry >> 16));
          entry = load<u32>(table + ((<u32>bits & mask) << 2));
          saved = bits;
          bits >>= <u64>(entry & 63);
          count -= entry & 63;
          if (entry & LITERAL) {
            store<u8>(output++, <u8>(entry >> 16));
            entry = load<u32>(table + ((<u32>bits & mask) << 2));
            bits |= load<u64>(input) << <u64>count;
            input += (63 - count) >> 3;
            count |= 56;
            continue;
          }
        }
      }
      if (entry & EXCEPTIONAL) {
        if (entry & SUBTABLE) {
          entry = load<u32>(table + (((entry >> 16) + (<u32>bits & ((<u32>1 << ((entry >> 8) & 15)) - 1))) << 2));
          saved = bits;
          bits >>= <u64>(entry & 63);
          count -= entry & 63;
          if (entry & LITERAL) {
            store<u8>(output++, <u8>(entry >> 16));
            bits |= load<u64>(input) << <u64>count;
            input += (63 - count) >> 3;
            count |= 56;
            entry = load<u32>(table + ((<u32>bits & mask) << 2));
            continue;
          }
        }
        if (entry & EXCEPTIONAL) {
          if (entry & END_OF_BLOCK) stream.part = AT_BLOCK;
          else answer = DAMAGED;
          break;
        }
      }
      const length = <usize>((entry >> 16) + extra(saved, entry));
      if (count < 28 + 11) {
        bits |= load<u64>(input) << <u64>count;
        input += (63 - count) >> 3;
        count |= 56;
      }
      entry = load<u32>(distances + ((<u32>bits & distanceMask) << 2));
      if (entry & SUBTABLE) {
        bits >>= <u64>(entry & 63);
        count -= entry & 63;
        entry = load<u32>(distances + (((entry >> 16) + (<u32>bits & ((<u32>1 << ((entry >> 8) & 15)) - 1))) << 2));
      }
      const distance = <usize>((entry >> 16) + extra(bits, entry));
      bits >>= <u64>(entry & 63);
      count -= entry & 63;
      if (entry & EXCEPTIONAL || distance > output - start) {
        answer = DAMAGED;
        break;
      }
      let to = output;
      output += length;
      entry = load<u32>(table + ((<u32>bits & mask) << 2));
      bits |= load<u64>(input) << <u64>count;
      input += (63 - count) >> 3;
      count |= 56;
      if (distance >= 16) {
        let from = to - distance;
        do {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
          to += 32;
          from += 32;
        } while (to < output);
      } else {
        const pattern = i8x16.swizzle(v128.load(to - distance), v128.load(patterns + (distance << 4)));
        const step = <usize>load<u32>(patternSteps + (distance << 2));
        do {
          v128.store(to, pattern);
          to += step;
        } while (to < output);
      }
    } while (input < fastInputEnd && output < fastOutputEnd);
  }
  stream.bits = bits;
  stream.bitCount = count;
  stream.input = input;
  stream.output = output;
  if (answer !== DONE || stream.part !== IN_CODED || (output >= limit && limit < stream.outputEnd)) {
    return answer;
  }
  return readCarefully(stream, limit);
}

/** One code at a time: near the end of the input, and of the output. */
function readCarefully(stream: Stream, limit: usize): i32 {
  const table = changetype<usize>(stream) + tablesAt;
  const distances = changetype<usize>(stream) + distanceTableAt;
  const fastOutputEnd = max(stream.outputEnd, stream.outputStart + 384) - 384;
  while (true) {
    refill(stream);
    let entry = load<u32>(table + ((<u32>stream.bits & ((<u32>1 << stream.lengthBits) - 1)) << 2));
    if (entry & SUBTABLE && !(entry & LITERAL)) {
      consume(stream, entry & 63);
      entry = load<u32>(
        table + (((entry >> 16) + (<u32>stream.bits & ((<u32>1 << ((entry >> 8) & 15)) - 1))) << 2));
    }
    const saved = stream.bits;
    consume(stream, entry & 63);
    if (isPastEnd(stream)) return CUT_OFF;
    if (entry & LITERAL) {
      if (stream.output === stream.outputEnd) return TOO_LONG;
      store<u8>(stream.output++, <u8>(entry >> 16));
      if (stream.output >= limit && limit < stream.outputEnd) return DONE;
      continue;
    }
    if (entry & EXCEPTIONAL) {
      if (!(entry & END_OF_BLOCK)) return DAMAGED;
      stream.part = AT_BLOCK;
      return DONE;
    }
    const length = <usize>((entry >> 16) + extra(saved, entry));
    refill(stream);
    entry = load<u32>(distances + ((<u32>stream.bits & ((<u32>1 << stream.distanceBits) - 1)) << 2));
    if (entry & SUBTABLE) {
      consume(stream, entry & 63);
      entry = load<u32>(
        distances + (((entry >> 16) + (<u32>stream.bits & ((<u32>1 << ((entry >> 8) & 15)) - 1))) << 2));
    }
    const distance = <usize>((entry >> 16) + extra(stream.bits, entry));
    consume(stream, entry & 63);
    if (isPastEnd(stream)) return CUT_OFF;
    if (entry & EXCEPTIONAL || distance > stream.output - stream.outputStart) return DAMAGED;
    if (length > stream.outputEnd - stream.output) return TOO_LONG;
    for (let i: usize = 0; i < length; i++) store<u8>(stream.output + i, load<u8>(stream.output + i - distance));
    stream.output += length;
    if (stream.output >= limit && limit < stream.outputEnd) return DONE;
    if (stream.output < fastOutputEnd && stream.input < stream.inputEnd - 32) return DONE;
  }
}
