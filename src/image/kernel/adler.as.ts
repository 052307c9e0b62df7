// The checksum of a zlib stream (RFC 1950): a = 1 + Σ bytes, b = Σ of a after every byte, both modulo 65521.

const modulus: u32 = 65_521;
/** Blocks of 16 bytes whose sums fit into 32 bits. */
const maxBlocks: usize = 5552 / 16;

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

/** Continues a checksum, which begins with 1. */
export function adler32(checksum: u32, from: usize, end: usize): u32 {
  let a = checksum & 0xffff;
  let b = checksum >>> 16;
  while (end - from >= 16) {
    const blocks = min((end - from) >> 4, maxBlocks);
    let sums = i32x4.splat(0);
    let earlier = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (let block: usize = 0; block < blocks; block++, from += 16) {
      const bytes = v128.load(from);
      earlier = i32x4.add(earlier, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), weightsLow));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), weightsHigh));
    }
    b = (b + <u32>(blocks << 4) * a + (sum(earlier) << 4) + sum(weighted)) % modulus;
    a = (a + sum(sums)) % modulus;
  }
  for (; from < end; from++) {
    a = (a + load<u8>(from)) % modulus;
    b = (b + a) % modulus;
  }
  return (b << 16) | a;
}
