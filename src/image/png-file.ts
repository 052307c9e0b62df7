/** The structure of a PNG file: header, palette, transparency, compressed pixels. Ancillary chunks are passed over. */
import { crc32 } from 'node:zlib';
import { refuse } from './refusal.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const headerChunkEnd = 33;

export interface PngHeader {
  width: number;
  height: number;
  bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
  colourType: number;
  interlaced: boolean;
}

export interface PngFile extends PngHeader {
  mayHaveAlpha: boolean;
  /** 3 or 4 when the kernel reads the rows as they are: 8-bit RGB without a transparent colour, or 8-bit RGBA. */
  kernelBytesPerPixel: 3 | 4 | null;
  /** The compressed pixels: consecutive pieces of one zlib stream. */
  data: Uint8Array[];
  /** PLTE and tRNS chunks, whole. */
  colourChunks: Uint8Array[];
  /** The signature and the IHDR chunk. */
  start: Uint8Array;
}

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

const allowedDepths: Record<number, number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/**
 * The IHDR chunk alone.
 *
 * @throws AppError `image_invalid`
 */
export function readPngHeader(bytes: Uint8Array, label: string): PngHeader {
  const broken = (why: string) => refuse(label, `is a broken PNG: ${why}`);
  if (bytes.length < headerChunkEnd) throw broken('it ends before its header does');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8) !== 13 || chunkType(bytes, 8) !== 'IHDR')
    throw broken('it does not start with an IHDR chunk');
  if (view.getUint32(29) !== crc32(bytes.subarray(12, 29)))
    throw broken('the checksum of its header is wrong');
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [bitDepth, colourType, compression, filter, interlace] = bytes.subarray(24, 29);
  if (width === 0 || height === 0) throw broken('its width or height is 0');
  if (width > 0x7fffffff || height > 0x7fffffff) throw broken('its width or height is not a PNG size');
  if (!allowedDepths[colourType!]?.includes(bitDepth!)) {
    throw broken(`there is no colour type ${colourType} with ${bitDepth} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1)
    throw broken('its compression or interlace is unknown');
  return { width, height, bitDepth: bitDepth!, colourType: colourType!, interlaced: interlace === 1 };
}

/**
 * The whole structure, without inflating anything. Checksums are verified for the header and the palette; the pixels
 * carry their own (Adler-32), which inflating verifies. An animated PNG is its default image: what a viewer that
 * knows no animation shows.
 *
 * @throws AppError `image_invalid` when a chunk is cut off, unknown and critical, missing or out of order
 */
export function readPng(bytes: Uint8Array, label: string): PngFile {
  const broken = (why: string) => refuse(label, `is a broken PNG: ${why}`);
  const header = readPngHeader(bytes, label);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  const colourChunks: Uint8Array[] = [];
  let transparency = false;
  let dataEnded = false;
  let offset = headerChunkEnd;
  for (;;) {
    if (offset + 12 > bytes.length) throw broken('the file is cut off');
    const length = view.getUint32(offset);
    const end = offset + 12 + length;
    if (end > bytes.length) throw broken('the file is cut off');
    const type = chunkType(bytes, offset);
    if (type === 'IEND') break;
    if (type === 'IDAT') {
      if (dataEnded) throw broken('other chunks stand between its pixels');
      data.push(bytes.subarray(offset + 8, end - 4));
    } else {
      dataEnded = data.length > 0;
      if (type === 'PLTE' || type === 'tRNS') {
        if (view.getUint32(end - 4) !== crc32(bytes.subarray(offset + 4, end - 4))) {
          throw broken(`the checksum of its ${type} chunk is wrong`);
        }
        if (type === 'tRNS') transparency = true;
        if (!dataEnded) colourChunks.push(bytes.subarray(offset, end));
      } else if (/^[A-Z]/.test(type)) {
        throw broken(`it has an unknown chunk ${JSON.stringify(type)} that a reader must know`);
      }
    }
    offset = end;
  }
  if (data.length === 0) throw broken('it has no pixels');
  const { bitDepth, colourType, interlaced } = header;
  const isPlain = bitDepth === 8 && !interlaced;
  return {
    ...header,
    mayHaveAlpha: colourType === 4 || colourType === 6 || transparency,
    kernelBytesPerPixel:
      isPlain && colourType === 2 && !transparency ? 3 : isPlain && colourType === 6 ? 4 : null,
    data,
    colourChunks,
    start: bytes.subarray(0, headerChunkEnd),
  };
}

/** The same image as a file without ancillary chunks, so that no decoder is fed compressed texts or profiles. */
export function withoutAncillaryChunks(png: PngFile): Uint8Array {
  return Buffer.concat([
    png.start,
    ...png.colourChunks,
    pngChunk('IDAT', Buffer.concat(png.data)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk with its length and checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.allocUnsafe(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

export const pngSignature = Buffer.from(signature);

function chunkType(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(bytes[offset + 4]!, bytes[offset + 5]!, bytes[offset + 6]!, bytes[offset + 7]!);
}
