/** Whether a screenshot has only one color, so that the page may be empty. */
import { constants, createInflate, inflateSync } from 'node:zlib';
import { isPng, readPng } from './png-file.ts';

/** An image of one color is compressed at least this much; larger files are not looked into. */
const leastCompression = 60;
const smallFileBytes = 4_096;
/** The start of the data that is looked into first. */
const startBytes = 1_024;
/** Of pixels, looked at together. */
const pieceBytes = 256 * 1_024;

/**
 * The color as `#rrggbb` (with `aa` if it is not opaque) if all pixels have it; null otherwise, and for anything but an
 * 8-bit RGB or RGBA PNG. Costs next to nothing for an image that shows something: its size tells, or its first rows.
 */
export async function onlyColorOf(image: Uint8Array): Promise<string | null> {
  if (!isPng(image)) return null;
  const { width, height, kernelBytesPerPixel: channels, data } = readPng(image, 'screenshot');
  if (channels === null || width * height < 2) return null;
  const rawBytes = (width * channels + 1) * height;
  if (image.length > smallFileBytes + rawBytes / leastCompression) return null;
  const compressed = Buffer.concat(data);
  if (!new OneColor(width, channels).takes(startOf(compressed))) return null;
  const rows = new OneColor(width, channels);
  const isWanted = (piece: Buffer): boolean => rows.takes(piece) && rows.taken <= rawBytes;
  if (!(await inflated(compressed, isWanted)) || rows.taken !== rawBytes) return null;
  const text = `#${Buffer.from(rows.color).toString('hex')}`;
  return text.length === 9 && text.endsWith('ff') ? text.slice(0, 7) : text;
}

/** What the start of the data holds, at most 1,032 times as long. */
function startOf(compressed: Buffer): Buffer {
  try {
    return inflateSync(compressed.subarray(0, startBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** @param isWanted of each piece; no more is inflated after one that is not @returns whether all were wanted */
async function inflated(compressed: Buffer, isWanted: (piece: Buffer) => boolean): Promise<boolean> {
  const pieces = createInflate({ chunkSize: pieceBytes });
  pieces.end(compressed);
  try {
    for await (const piece of pieces) if (!isWanted(piece as Buffer)) return false;
    return true;
  } catch {
    return false;
  }
}

/** Takes the filtered rows of an image in pieces, as long as they have one color. */
class OneColor {
  readonly #channels: number;
  readonly #rowBytes: number;
  /** By filter: a row with rows of the same color above it. */
  readonly #known = new Map<number, Buffer>();
  #left: Buffer = Buffer.alloc(0);
  /** Bytes of whole rows so far. */
  taken = 0;
  color: Uint8Array = new Uint8Array();

  constructor(width: number, channels: number) {
    this.#channels = channels;
    this.#rowBytes = width * channels + 1;
  }

  /** @returns whether the color is still the only one */
  takes(piece: Buffer): boolean {
    const bytes = this.#left.length === 0 ? piece : Buffer.concat([this.#left, piece]);
    let at = 0;
    for (; at + this.#rowBytes <= bytes.length; at += this.#rowBytes) {
      if (!this.#isOfColor(bytes.subarray(at, at + this.#rowBytes))) return false;
      this.taken += this.#rowBytes;
    }
    this.#left = bytes.subarray(at);
    return true;
  }

  #isOfColor(row: Buffer): boolean {
    if (this.taken === 0) {
      // Nothing above it and left of it: whatever the filter, these are the values.
      this.color = Uint8Array.from(row.subarray(1, 1 + this.#channels));
      return isRowOf(this.color, row, true);
    }
    const filter = row[0]!;
    const known = this.#known.get(filter);
    if (known !== undefined) return known.equals(row);
    if (!isRowOf(this.color, row, false)) return false;
    this.#known.set(filter, row);
    return true;
  }
}

/** Compares a filtered row with what the filter makes of the color, if the row above has it, too. */
function isRowOf(color: Uint8Array, row: Buffer, isFirst: boolean): boolean {
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
