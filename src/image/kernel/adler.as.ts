// The checksum of a zlib stream (RFC 1950): a = 1 + Σ bytes, b = Σ of a after every byte, both modulo 65521.

const modulus: u32 = 65_521;
/** Blocks of 16 bytes whose sums of sums fit into 16 bits: 255 × 22 × 21 / 2. */
const maxBlocks: usize = 22;

const weightsLow = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
const weightsHigh = i16x8(8, 7, 6, 5, 4, 3, 2, 1);

// @ts-ignore: decorator
@inline
function sum(lanes: v128): u32 {
  return (
    <u32>i32x4.extract_lane(lanes, 0) +
    <u32>i32x4.extract_lane(lanes, 1) +
    <u32>i32x4.extract_lane(lanes, 2) +
    <u32>i32x4.extract_lane(lanes, 3)
  );
}

/** The sums of pairs of 16-bit numbers without sign. */
// @ts-ignore: decorator
@inline
function pairs(lanes: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(lanes);
}

/** Continues a checksum, which begins with 1. */
export function adler32(checksum: u32, from: usize, end: usize): u32 {
  let a = checksum & 0xffff;
  let b = checksum >>> 16;
  while (end - from >= 16) {
    const blocks = min((end - from) >> 4, maxBlocks);
    // By place in a block: the bytes of all blocks, and for each block those of the blocks before it.
    let low = i16x8.splat(0);
    let high = i16x8.splat(0);
    let earlierLow = i16x8.splat(0);
    let earlierHigh = i16x8.splat(0);
    for (let block: usize = 0; block < blocks; block++, from += 16) {
      const bytes = v128.load(from);
      earlierLow = i16x8.add(earlierLow, low);
      earlierHigh = i16x8.add(earlierHigh, high);
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(bytes));
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(bytes));
    }
    const earlier = sum(i32x4.add(pairs(earlierLow), pairs(earlierHigh)));
    const weighted = sum(i32x4.add(i32x4.dot_i16x8_s(low, weightsLow), i32x4.dot_i16x8_s(high, weightsHigh)));
    b = (b + <u32>(blocks << 4) * a + (earlier << 4) + weighted) % modulus;
    a = (a + sum(i32x4.add(pairs(low), pairs(high)))) % modulus;
  }
  for (; from < end; from++) {
    a = (a + load<u8>(from)) % modulus;
    b = (b + a) % modulus;
  }
  return (b << 16) | a;
}
