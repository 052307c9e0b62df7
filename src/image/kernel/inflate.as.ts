// Inflates zlib streams (RFC 1950 and 1951), step by step, after the design of libdeflate. The output lies in one piece, so it is the window,
// too: the last 32 KiB must not be changed before the stream has gone on.

import { adler32 } from './adler.as';
import { makePatterns, readCodes } from './codes.as';
import { buildTable, distanceSymbols, lengthSymbols, makeSymbols, plainSymbols } from './huffman.as';
import {
  AT_BLOCK,
  AT_END,
  AT_START,
  CUT_OFF,
  DAMAGED,
  DONE,
  IN_CODED,
  IN_STORED,
  MORE,
  Stream,
  TOO_LONG,
  consume,
  countsAt,
  distanceTableAt,
  isPastEnd,
  lengthsAt,
  refill,
  sortedAt,
  streamBytes,
  tablesAt,
  take,
} from './stream.as';

const lengthRootBits: u32 = 11;
const distanceRootBits: u32 = 8;
const lengthOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** Bytes of a stream's state. */
export function inflateBytes(): usize {
  return streamBytes;
}

/** `input` is followed by 64 bytes of zeros, `output` by 64 bytes that may be written. */
export function startInflate(at: usize, input: usize, inputBytes: usize, output: usize, outputBytes: usize): void {
  const stream = changetype<Stream>(at);
  makeSymbols();
  makePatterns();
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

/** Continues until at least `wanted` bytes of the whole were inflated, or the stream ends. */
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
