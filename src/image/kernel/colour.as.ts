// Perceived color difference in YIQ: Y. Kotsarenko and F. Ramos, "Measuring perceived color difference using YIQ
// NTSC transmission color space in mobile applications" (2010). Transparent pixels are first blended with a pattern that
// depends on the position, so that two different transparencies never look alike by chance.
// The order of the floating-point operations is pixelmatch's, so that counts match to the pixel.

import { bits, bitsPitch, opaque } from './changes.as';
import { DIFFERENT, bytesPerPixel, height, rowA, rowB, stateOf, width } from './pair.as';

/** A pixel as bytes R, G, B, A from the lowest. */
// @ts-ignore: decorator
@inline
function red(pixel: u32): f64 {
  return <f64>(pixel & 255);
}

// @ts-ignore: decorator
@inline
function green(pixel: u32): f64 {
  return <f64>((pixel >>> 8) & 255);
}

// @ts-ignore: decorator
@inline
function blue(pixel: u32): f64 {
  return <f64>((pixel >>> 16) & 255);
}

let redChange: f64 = 0;
let greenChange: f64 = 0;
let blueChange: f64 = 0;

/** Sets the three changes from `from` to `to`; `index` is the pixel's number in the shared area. */
// @ts-ignore: decorator
@inline
function setChanges(from: u32, to: u32, index: i32): void {
  if ((from & to) >>> 24 === 255) {
    redChange = red(from) - red(to);
    greenChange = green(from) - green(to);
    blueChange = blue(from) - blue(to);
  } else {
    const alphaFrom = <f64>(from >>> 24);
    const alphaTo = <f64>(to >>> 24);
    const alphaChange = alphaFrom - alphaTo;
    const offset = <f64>index * 4;
    const backGreen = <f64>(48 + 159 * (<i32>(offset / 1.618033988749895) % 2));
    const backBlue = <f64>(48 + 159 * (<i32>(offset / 2.618033988749895) % 2));
    redChange = (red(from) * alphaFrom - red(to) * alphaTo - 48 * alphaChange) / 255;
    greenChange = (green(from) * alphaFrom - green(to) * alphaTo - backGreen * alphaChange) / 255;
    blueChange = (blue(from) * alphaFrom - blue(to) * alphaTo - backBlue * alphaChange) / 255;
  }
}

/** Brightness of `from` minus brightness of `to`, about −255 to 255. */
export function brightnessChange(from: u32, to: u32, index: i32): f64 {
  setChanges(from, to, index);
  return redChange * 0.29889531 + greenChange * 0.58662247 + blueChange * 0.11448223;
}

/** Squared distance in YIQ, 0–35215. */
function colourChange(from: u32, to: u32, index: i32): f64 {
  setChanges(from, to, index);
  const y = redChange * 0.29889531 + greenChange * 0.58662247 + blueChange * 0.11448223;
  const i = redChange * 0.59597799 - greenChange * 0.2741761 - blueChange * 0.32180189;
  const q = redChange * 0.21147017 - greenChange * 0.52261711 + blueChange * 0.31114694;
  return 0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q;
}

// @ts-ignore: decorator
@inline
function pixelAt(row: usize, x: i32): u32 {
  if (bytesPerPixel === 4) return load<u32>(row + (<usize>x << 2));
  return load<u32>(row + <usize>x * 3) | 0xff000000;
}

/**
 * Clears the marks of pixels whose colors are no further apart than `largest` (squared YIQ distance); returns how
 * many. With 0, only invisible differences between transparent pixels are cleared.
 */
export function forgiveColours(largest: f64): i32 {
  // Two different opaque colors are never at distance 0.
  if (largest === 0 && opaque) return 0;
  let forgiven = 0;
  const words = (width + 15) >> 4;
  for (let y = 0; y < height; y++) {
    if (stateOf(y) !== DIFFERENT) continue;
    const a = rowA(y);
    const b = rowB(y);
    let word = bits + <usize>y * bitsPitch;
    for (let block = 0; block < words; block++) {
      let marked = <u32>load<u16>(word);
      let kept = marked;
      while (marked) {
        const x = (block << 4) + <i32>ctz(marked);
        if (colourChange(pixelAt(a, x), pixelAt(b, x), y * width + x) <= largest) {
          kept ^= marked & (0 - marked);
          forgiven++;
        }
        marked &= marked - 1;
      }
      store<u16>(word, <u16>kept);
      word += 2;
    }
  }
  return forgiven;
}

/** The same in one rectangle. */
export function forgiveColoursIn(left: i32, top: i32, right: i32, bottom: i32, largest: f64): i32 {
  let forgiven = 0;
  for (let y = top; y < bottom; y++) {
    if (stateOf(y) !== DIFFERENT) continue;
    const a = rowA(y);
    const b = rowB(y);
    for (let block = left >> 4; block <= (right - 1) >> 4; block++) {
      const word = bits + <usize>y * bitsPitch + (<usize>block << 1);
      let kept = <u32>load<u16>(word);
      let marked = kept & blockMask(block, left, right);
      while (marked) {
        const x = (block << 4) + <i32>ctz(marked);
        if (colourChange(pixelAt(a, x), pixelAt(b, x), y * width + x) <= largest) {
          kept ^= marked & (0 - marked);
          forgiven++;
        }
        marked &= marked - 1;
      }
      store<u16>(word, <u16>kept);
    }
  }
  return forgiven;
}

/** The bits of a block of 16 pixels that lie between two columns. */
export function blockMask(block: i32, left: i32, right: i32): u32 {
  const first = max(left - (block << 4), 0);
  const end = min(right - (block << 4), 16);
  return (((<u32>1 << <u32>end) - 1) >>> <u32>first) << <u32>first;
}
