/** Writes PNG files with a palette, the only files that this engine writes. */
import { constants, deflateSync } from 'node:zlib';
import { pngChunk, pngSignature } from './png-file.ts';

export interface PaletteImage {
  width: number;
  height: number;
  /** Bits per pixel. */
  bitDepth: 1 | 8;
  /** Up to 2 (1 bit) or 256 (8 bits) colors as [red, green, blue], 0–255. */
  palette: readonly (readonly [number, number, number])[];
  /** Alpha of the first colors of the palette, 0–255; the others are opaque. */
  alpha?: readonly number[];
  /** Every row: its PNG filter byte, then its pixels. */
  rows: Uint8Array;
  /** zlib level 1 (fastest) to 9. */
  level: number;
}

/** The file's bytes. Blocks while it compresses: call it in a worker thread. */
export function encodePalettePng(image: PaletteImage): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(image.width, 0);
  header.writeUInt32BE(image.height, 4);
  header[8] = image.bitDepth;
  header[9] = 3;
  // Memory level 9 and one large chunk: fewer, larger blocks.
  const compressed = deflateSync(image.rows, {
    level: image.level,
    memLevel: 9,
    chunkSize: 256 * 1024,
    // Masks consist of runs: this is faster, and a quarter of the size when little changed.
    strategy: image.bitDepth === 1 ? constants.Z_RLE : constants.Z_DEFAULT_STRATEGY,
  });
  return Buffer.concat([
    pngSignature,
    pngChunk('IHDR', header),
    pngChunk('PLTE', Uint8Array.from(image.palette.flat())),
    ...(image.alpha === undefined ? [] : [pngChunk('tRNS', Uint8Array.from(image.alpha))]),
    pngChunk('IDAT', compressed),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
