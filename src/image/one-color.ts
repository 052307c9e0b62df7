/** Whether a screenshot has only one color, so that the page may be empty. */
import { constants, inflate, inflateSync } from 'node:zlib';
import { isPng, readPng } from './png-file.ts';

/** An image of one color is compressed at least this much; larger files are not looked into. */
const leastCompression = 60;
const smallFileBytes = 4_096;
/** The start of the data that is looked into first. */
const startBytes = 1_024;
const maxStartRows = 64;

/**
 * The color as `#rrggbb` (with `aa` if it is not opaque) if all pixels have it; null otherwise, and for anything but an
 * 8-bit RGB or RGBA PNG. Costs nothing for an image that shows something: its size tells.
 */
export async function onlyColorOf(image: Uint8Array): Promise<string | null> {
  if (!isPng(image)) return null;
  const { width, height, kernelBytesPerPixel: channels, data } = readPng(image, 'screenshot');
  if (channels === null || width * height < 2) return null;
  const rowBytes = width * channels + 1;
  const rawBytes = rowBytes * height;
  if (image.length > smallFileBytes + rawBytes / leastCompression) return null;
  const compressed = Buffer.concat(data);
  const start = startOf(compressed, rowBytes);
  if (start !== null && !areRowsOf(start.subarray(1, 1 + channels), start, rowBytes)) return null;
  const rows = await inflated(compressed, rawBytes + 1);
  if (rows?.length !== rawBytes) return null;
  const color = rows.subarray(1, 1 + channels);
  if (!areRowsOf(color, rows, rowBytes)) return null;
  const text = `#${color.toString('hex')}`;
  return text.length === 9 && text.endsWith('ff') ? text.slice(0, 7) : text;
}

/** The first whole rows, as far as the start of the data has them; null when it has none. */
function startOf(compressed: Buffer, rowBytes: number): Buffer | null {
  try {
    // At most 1,032 times as long.
    const start = inflateSync(compressed.subarray(0, startBytes), { finishFlush: constants.Z_SYNC_FLUSH });
    const count = Math.min(maxStartRows, Math.floor(start.length / rowBytes));
    return count === 0 ? null : start.subarray(0, count * rowBytes);
  } catch {
    return null;
  }
}

function inflated(compressed: Buffer, maxOutputLength: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    inflate(compressed, { maxOutputLength }, (error, rows) => resolve(error === null ? rows : null));
  });
}

function areRowsOf(color: Buffer, rows: Buffer, rowBytes: number): boolean {
  for (let at = 0; at < rows.length; at += rowBytes) {
    if (!isRowOf(color, rows.subarray(at, at + rowBytes), at === 0)) return false;
  }
  return true;
}

/** Compares a filtered row with what the filter makes of the color, if the row above has it, too. */
function isRowOf(color: Buffer, row: Buffer, isFirst: boolean): boolean {
  const filter = row[0]!;
  const channels = color.length;
  for (let at = 1; at < row.length; at++) {
    const value = color[(at - 1) % channels]!;
    const left = at <= channels ? 0 : value;
    const above = isFirst ? 0 : value;
    const aboveLeft = at <= channels || isFirst ? 0 : value;
    if (row[at] !== ((value - prediction(filter, left, above, aboveLeft)) & 0xff)) return false;
  }
  return true;
}

/** PNG, chapter 9. */
function prediction(filter: number, left: number, above: number, aboveLeft: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - aboveLeft;
  const [toLeft, toAbove, toAboveLeft] = [left, above, aboveLeft].map((one) => Math.abs(estimate - one));
  if (toLeft! <= toAbove! && toLeft! <= toAboveLeft!) return left;
  return toAbove! <= toAboveLeft! ? above : aboveLeft;
}
