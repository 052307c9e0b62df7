/** A short digest of texts, to notice that they differ; 53 bits, not safe against people who look for collisions. */

/** Continues a digest with more text. @param digest 0 to start */
export function digestText(text: string, digest = 0): number {
  let low = (0xdeadbeef ^ digest) >>> 0;
  let high = (0x41c6ce57 ^ Math.floor(digest / 4_294_967_296)) >>> 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 2_654_435_761);
    high = Math.imul(high ^ code, 1_597_334_677);
  }
  return mix(low, high);
}

/** Continues a digest with another one. */
export function digestNumber(value: number, digest: number): number {
  const low = Math.imul((digest >>> 0) ^ (value >>> 0), 2_654_435_761);
  const high = Math.imul(
    Math.floor(digest / 4_294_967_296) ^ Math.floor(value / 4_294_967_296),
    1_597_334_677,
  );
  return mix(low + 0x9e37, high + 0x79b9);
}

/** The finalizer of MurmurHash3, over both halves. */
function mix(low: number, high: number): number {
  const a = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  const b = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
