/** A digest of what an image shows, whatever its file is like. */
import { createHash } from 'node:crypto';
import { readImageHeader } from './image-header.ts';
import type { Kernel } from './kernel/kernel.ts';
import { layoutOf, loadRows } from './load-rows.ts';
import { defaultMaxPixels } from './refusal.ts';
import type { NamedImage } from './refusal.ts';

/** Pixels that are written as RGBA at once. */
const piecePixels = 16_384;

/**
 * SHA-256 of width and height, each as 4 bytes, big-endian, and of the pixels as RGBA, row by row. Pixels are those that a
 * comparison sees: 8 bits a channel, of 16 the upper ones; colors of fully transparent pixels count as they are stored.
 *
 * @param kernel must not be shared by concurrent calls
 * @throws AppError `image_invalid` | `image_too_large`
 */
export async function pixelsDigest(
  kernel: Kernel,
  image: NamedImage,
  maxPixels = defaultMaxPixels,
): Promise<string> {
  const header = readImageHeader(image, maxPixels);
  const bytesPerPixel = header.mayHaveAlpha ? 4 : 3;
  const layout = layoutOf({ image, header }, bytesPerPixel);
  const none = { width: 0, height: 0, filtered: false };
  const views = kernel.reserve(layout, none, bytesPerPixel);
  await loadRows(kernel, { image, header }, { side: 'before', rows: views.before, bytesPerPixel }, maxPixels);
  const rows = layout.filtered ? kernel.reconstruct() : views.before;
  const hash = createHash('sha256');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(header.width, 0);
  size.writeUInt32BE(header.height, 4);
  hash.update(size);
  const lead = layout.filtered ? 1 : 0;
  const rowBytes = header.width * bytesPerPixel;
  for (let y = 0; y < header.height; y++) {
    const start = y * (rowBytes + lead) + lead;
    const row = rows.subarray(start, start + rowBytes);
    if (bytesPerPixel === 4) hash.update(row);
    else for (const piece of opaquePieces(row)) hash.update(piece);
  }
  return hash.digest('hex');
}

/** RGB as RGBA, fully opaque. Each piece is valid until the next. */
function* opaquePieces(row: Uint8Array): Generator<Uint8Array> {
  const pixels = row.length / 3;
  const piece = new Uint8Array(Math.min(pixels, piecePixels) * 4).fill(255);
  for (let first = 0; first < pixels; first += piecePixels) {
    const count = Math.min(piecePixels, pixels - first);
    for (let index = 0, from = first * 3, to = 0; index < count; index++, from += 3, to += 4) {
      piece[to] = row[from]!;
      piece[to + 1] = row[from + 1]!;
      piece[to + 2] = row[from + 2]!;
    }
    yield piece.subarray(0, count * 4);
  }
}
