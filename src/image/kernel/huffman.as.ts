// Decoding tables of DEFLATE's prefix codes (RFC 1951, section 3.2.2), built as in libdeflate: a root table that is indexed with the next
// bits, and subtables for longer codes. An entry of 32 bits holds
//
//   a literal:    bit 31, bits 16–23 the byte
//   a length or distance: bits 16–30 its smallest value
//   a subtable:   bits 14 and 15, bits 16–30 its first entry, bits 8–11 how many bits select its entry
//   the end of a block: bits 13 and 15
//   no code:      bits 12 and 15
//
// and for all of them in bits 0–7 how many bits to consume, in bits 8–11 how many of them are the code: the rest are extra bits.

export const LITERAL: u32 = 0x80000000;
export const EXCEPTIONAL: u32 = 0x8000;
export const SUBTABLE: u32 = 0x4000;
export const END_OF_BLOCK: u32 = 0x2000;
export const INVALID: u32 = 0x1000;

/** What the symbols stand for: entries that lack the lengths of their codes. */
export const lengthSymbols = memory.data(288 * 4, 16);
export const distanceSymbols = memory.data(32 * 4, 16);
export const plainSymbols = memory.data(19 * 4, 16);

/** Writes the same values each time: a second thread sees the memory of this one. */
export function makeSymbols(): void {
  for (let i: u32 = 0; i < 19; i++) store<u32>(plainSymbols + (i << 2), i << 16);
  for (let i: u32 = 0; i < 256; i++) store<u32>(lengthSymbols + (i << 2), LITERAL | (i << 16));
  store<u32>(lengthSymbols + (256 << 2), EXCEPTIONAL | END_OF_BLOCK);
  let base: u32 = 3;
  for (let i: u32 = 0; i < 28; i++) {
    const extra: u32 = i < 8 ? 0 : (i - 4) >> 2;
    store<u32>(lengthSymbols + ((257 + i) << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  store<u32>(lengthSymbols + (285 << 2), 258 << 16);
  store<u32>(lengthSymbols + (286 << 2), EXCEPTIONAL | INVALID);
  store<u32>(lengthSymbols + (287 << 2), EXCEPTIONAL | INVALID);
  base = 1;
  for (let i: u32 = 0; i < 30; i++) {
    const extra: u32 = i < 4 ? 0 : (i - 2) >> 1;
    store<u32>(distanceSymbols + (i << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  store<u32>(distanceSymbols + (30 << 2), EXCEPTIONAL | INVALID);
  store<u32>(distanceSymbols + (31 << 2), EXCEPTIONAL | INVALID);
}

/**
 * Builds the table of a code; `sorted` has room for 16-bit numbers of all symbols, `counts` for 32 of 32 bits.
 *
 * @param lengths one byte per symbol, 0 for none, at most 15
 * @param bits of the root table, at most
 * @returns bits of the root table; 0 if there is no such code
 */
export function buildTable(
  table: usize,
  bits: u32,
  lengths: usize,
  symbols: u32,
  meanings: usize,
  isExact: bool,
  counts: usize,
  sorted: usize,
): u32 {
  memory.fill(counts, 0, 128);
  for (let i: u32 = 0; i < symbols; i++) {
    const at = counts + (<usize>load<u8>(lengths + i) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let longest: u32 = 15;
  while (longest > 0 && load<u32>(counts + (longest << 2)) === 0) longest--;
  let left: i32 = 1;
  let offset: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    const count = load<u32>(counts + (length << 2));
    left = (left << 1) - <i32>count;
    if (left < 0) return 0;
    store<u32>(counts + 64 + (length << 2), offset);
    offset += count;
  }
  if (left > 0) {
    // Incomplete: only a code of one bit, or none at all, and not for the lengths of codes.
    if (isExact || longest > 1) return 0;
    store<u32>(table, EXCEPTIONAL | INVALID | 0x101);
    store<u32>(table, EXCEPTIONAL | INVALID | 0x101, 4);
    for (let i: u32 = 0; i < symbols; i++) {
      if (load<u8>(lengths + i)) store<u32>(table, load<u32>(meanings + (i << 2)) + 0x101);
    }
    return 1;
  }
  for (let i: u32 = 0; i < symbols; i++) {
    const length = <u32>load<u8>(lengths + i);
    if (!length) continue;
    const at = counts + 64 + (length << 2);
    const place = load<u32>(at);
    store<u16>(sorted + (place << 1), <u16>i);
    store<u32>(at, place + 1);
  }
  const root = min(bits, longest);
  let length: u32 = 1;
  let remaining: u32 = load<u32>(counts + 4);
  while (!remaining) remaining = load<u32>(counts + (++length << 2));
  let end: u32 = <u32>1 << min(length, root);
  let code: u32 = 0;
  let symbol = sorted;
  // The table of the codes so far is complete for their length, and doubled for the next one.
  while (length <= root) {
    for (; remaining > 0; remaining--) {
      store<u32>(table + (code << 2), load<u32>(meanings + (<u32>load<u16>(symbol) << 2)) + length * 0x101);
      symbol += 2;
      if (code === end - 1) {
        for (; length < root; length++, end <<= 1) doubleTable(table, end);
        return root;
      }
      code = nextCode(code, length);
    }
    do {
      if (++length <= root) {
        doubleTable(table, end);
        end <<= 1;
      }
      remaining = load<u32>(counts + (length << 2));
    } while (!remaining);
  }
  end = <u32>1 << root;
  const mask = end - 1;
  let prefix: u32 = 0xffffffff;
  let start: u32 = 0;
  while (true) {
    if ((code & mask) !== prefix) {
      prefix = code & mask;
      start = end;
      let size = length - root;
      let used = remaining;
      while (used < <u32>1 << size) {
        size++;
        used = (used << 1) + load<u32>(counts + ((root + size) << 2));
      }
      end = start + (<u32>1 << size);
      store<u32>(table + (prefix << 2), (start << 16) | EXCEPTIONAL | SUBTABLE | (size << 8) | root);
    }
    const entry = load<u32>(meanings + (<u32>load<u16>(symbol) << 2)) + (length - root) * 0x101;
    symbol += 2;
    const stride = <u32>1 << (length - root);
    for (let i = start + (code >>> root); i < end; i += stride) store<u32>(table + (i << 2), entry);
    if (code === (<u32>1 << length) - 1) return root;
    code = nextCode(code, length);
    remaining--;
    while (!remaining) remaining = load<u32>(counts + (++length << 2));
  }
}

/** Codes count up, but are read from their lowest bit. */
// @ts-ignore: decorator
@inline
function nextCode(code: u32, length: u32): u32 {
  const bit = <u32>1 << (31 - <u32>clz(code ^ ((<u32>1 << length) - 1)));
  return (code & (bit - 1)) | bit;
}

function doubleTable(table: usize, entries: u32): void {
  const end = table + (entries << 2);
  if (entries < 4) {
    for (let at = table; at < end; at += 4) store<u32>(at + (entries << 2), load<u32>(at));
    return;
  }
  for (let at = table; at < end; at += 16) v128.store(at + (entries << 2), v128.load(at));
}
