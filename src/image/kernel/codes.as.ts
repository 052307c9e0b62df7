// Literals and matches of a block (RFC 1951, section 3.2.3), after the design of libdeflate: a table entry says all about a code, and up to three
// literals are read between two refills.

import { EXCEPTIONAL, END_OF_BLOCK, LITERAL, SUBTABLE } from './huffman.as';
import {
  AT_BLOCK,
  CUT_OFF,
  DAMAGED,
  DONE,
  IN_CODED,
  Stream,
  TOO_LONG,
  consume,
  distanceTableAt,
  isPastEnd,
  refill,
  tablesAt,
} from './stream.as';

/** By distance below 16: which byte of the pattern comes at which place. */
const patterns = memory.data(16 * 16, 16);
/** Bytes that a pattern advances by. */
const patternSteps = memory.data(16 * 4, 16);

/** Writes the same values each time: a second thread sees the memory of this one. */
export function makePatterns(): void {
  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let i: u32 = 0; i < 16; i++) store<u8>(patterns + (distance << 4) + i, <u8>(i % distance));
    store<u32>(patternSteps + (distance << 2), 16 - (16 % distance));
  }
}

// @ts-ignore: decorator
@inline
function extra(bits: u64, entry: u32): u32 {
  const all = <u32>bits & ((<u32>1 << (entry & 31)) - 1);
  return all >> ((entry >> 8) & 15);
}

export function readCodes(stream: Stream, limit: usize): i32 {
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
