/** Pixels in a digest that does not depend on whether opaque pixels are kept with alpha. */

export interface DigestedRows {
  rowAt: (y: number) => Uint8Array;
  top: number;
  bottom: number;
  bytesPerPixel: 3 | 4;
}

/** @param place says where the rows lie, for pixels that are cut off by the edge of the image */
export function addRows(
  hash: { update(data: Uint8Array | string): unknown },
  place: string,
  { rowAt, top, bottom, bytesPerPixel }: DigestedRows,
): void {
  let isOpaque = true;
  if (bytesPerPixel === 4) for (let y = top; y < bottom && isOpaque; y++) isOpaque = alphaIsFull(rowAt(y));
  hash.update(`${isOpaque ? 'rgb' : 'rgba'} ${place}\n`);
  for (let y = top; y < bottom; y++)
    hash.update(bytesPerPixel === 4 && isOpaque ? withoutAlpha(rowAt(y)) : rowAt(y));
}

function alphaIsFull(row: Uint8Array): boolean {
  for (let at = 3; at < row.length; at += 4) if (row[at] !== 255) return false;
  return true;
}

function withoutAlpha(row: Uint8Array): Uint8Array {
  const to = new Uint8Array((row.length / 4) * 3);
  for (let from = 0, at = 0; from < row.length; from += 4, at += 3) {
    to[at] = row[from]!;
    to[at + 1] = row[from + 1]!;
    to[at + 2] = row[from + 2]!;
  }
  return to;
}
