// The values of the changed pixels, for the digest of a change.

import { bits, bitsPitch } from './changes.as';
import { fourPixels } from './lines.as';
import { DIFFERENT, bytesPerPixel, rowA, rowB, stateOf, width } from './pair.as';

const opaque = i32x4.splat(0xff000000);

/**
 * Writes eight bytes for each marked pixel that both images have, of rows `first` to before `end`: RGBA before, RGBA after. May
 * write 32 bytes too many. Returns the bytes.
 */
export function gatherValues(first: i32, end: i32, to: usize): usize {
  const start = to;
  const blocks = (width + 15) >> 4;
  for (let y = first; y < end; y++) {
    // A row with a changed pixel differs, so it is reconstructed in both images.
    if (stateOf(y) !== DIFFERENT) continue;
    const row = bits + <usize>y * bitsPitch;
    const a = rowA(y);
    const b = rowB(y);
    for (let block = 0; block < blocks; block++) {
      let marked = <u32>load<u16>(row + (<usize>block << 1));
      if (!marked) continue;
      const left = width - (block << 4);
      if (left < 16) marked &= (<u32>1 << <u32>left) - 1;
      for (let x = <usize>block << 4; marked; x += 4, marked >>= 4) {
        let quad = marked & 15;
        if (!quad) continue;
        const before = rgba(a + x * bytesPerPixel);
        const after = rgba(b + x * bytesPerPixel);
        const low = i32x4.shuffle(before, after, 0, 4, 1, 5);
        const high = i32x4.shuffle(before, after, 2, 6, 3, 7);
        if (quad === 15) {
          v128.store(to, low);
          v128.store(to, high, 16);
          to += 32;
          continue;
        }
        if (quad & 1) {
          v128.store64_lane(to, low, 0);
          to += 8;
        }
        if (quad & 2) {
          v128.store64_lane(to, low, 1);
          to += 8;
        }
        if (quad & 4) {
          v128.store64_lane(to, high, 0);
          to += 8;
        }
        if (quad & 8) {
          v128.store64_lane(to, high, 1);
          to += 8;
        }
      }
    }
  }
  return to - start;
}

// @ts-ignore: decorator
@inline
function rgba(p: usize): v128 {
  const pixels = fourPixels(p);
  return bytesPerPixel === 3 ? v128.or(pixels, opaque) : pixels;
}
