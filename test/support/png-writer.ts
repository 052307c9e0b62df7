/** Writes PNG files of any filter, so that tests are not bound to what one encoder happens to choose. */
import { crc32, deflateSync } from 'node:zlib';

export interface PlainPixels {
  width: number;
  height: number;
  /** 3: RGB, 4: RGBA. */
  channels: 3 | 4;
  /** width × height × channels bytes, 0–255. */
  data: Uint8Array;
}

/** A PNG file; `filterOf` gives each row's filter, 0–4. */
export function writePng(pixels: PlainPixels, filterOf: (y: number) => number = () => 0): Buffer {
  return pngFile(
    { width: pixels.width, height: pixels.height, bitDepth: 8, colourType: pixels.channels === 3 ? 2 : 6 },
    deflateSync(filterRows(pixels, filterOf), { level: 1 }),
  );
}

export interface PngFileHeader {
  width: number;
  height: number;
  bitDepth: number;
  colourType: number;
}

/** A PNG file around a compressed stream, which may be anything. */
export function pngFile(
  header: PngFileHeader,
  compressed: Uint8Array,
  beforeData: readonly Uint8Array[] = [],
): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr[8] = header.bitDepth;
  ihdr[9] = header.colourType;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', ihdr),
    ...beforeData,
    chunk('IDAT', compressed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An image of one pixel that carries a text. */
export function pixelPng(text: string): Buffer {
  const header = { width: 1, height: 1, bitDepth: 8, colourType: 2 };
  return pngFile(header, deflateSync(Buffer.alloc(4)), [chunk('tEXt', Buffer.from(`Comment\0${text}`))]);
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function filterRows(
  { width, height, channels, data }: PlainPixels,
  filterOf: (y: number) => number,
): Uint8Array {
  const rowBytes = width * channels;
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const filter = filterOf(y);
    rows[y * (rowBytes + 1)] = filter;
    for (let i = 0; i < rowBytes; i++) {
      const at = y * rowBytes + i;
      const left = i >= channels ? data[at - channels]! : 0;
      const up = y > 0 ? data[at - rowBytes]! : 0;
      const corner = y > 0 && i >= channels ? data[at - rowBytes - channels]! : 0;
      rows[y * (rowBytes + 1) + 1 + i] = data[at]! - predict(filter, left, up, corner);
    }
  }
  return rows;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const guess = left + up - corner;
      const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(guess - value));
      if (toLeft! <= toUp! && toLeft! <= toCorner!) return left;
      return toUp! <= toCorner! ? up : corner;
    }
    default:
      return 0;
  }
}
