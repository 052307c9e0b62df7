/** What an image is and how large, read from its first bytes without decoding anything. */
import type { ImageSize } from '../domain/comparison/comparison.ts';
import { isPng, readPng, readPngHeader } from './png-file.ts';
import type { PngFile } from './png-file.ts';
import { describeForeignFile } from '../domain/artifacts/foreign-file.ts';
import { checkSize, defaultMaxPixels, refuse } from './refusal.ts';
import type { NamedImage } from './refusal.ts';

export type ImageHeader =
  | { format: 'png'; width: number; height: number; mayHaveAlpha: boolean; png: PngFile }
  | { format: 'jpeg' | 'webp'; width: number; height: number; mayHaveAlpha: boolean };

/**
 * Identifies an image by its bytes and checks it against the limit.
 *
 * @param maxPixels largest width × height
 * @throws AppError `image_invalid` for anything but a well-formed PNG, JPEG or WebP; `image_too_large`
 */
export function readImageHeader(image: NamedImage, maxPixels: number): ImageHeader {
  const { bytes, label } = image;
  if (isPng(bytes)) {
    // The size first: nothing else of an image that is too large is looked at.
    checkSize(label, readPngHeader(bytes, label), maxPixels);
    const png = readPng(bytes, label);
    return { format: 'png', width: png.width, height: png.height, mayHaveAlpha: png.mayHaveAlpha, png };
  }
  const size = isJpeg(bytes) ? readJpegSize(bytes, label) : isWebp(bytes) ? readWebpSize(bytes, label) : null;
  if (size === null) throw refuse(label, `is not a PNG, JPEG or WebP image: ${describeForeignFile(bytes)}`);
  if (size.width === 0 || size.height === 0) throw refuse(label, 'is broken: its width or height is 0');
  checkSize(label, size, maxPixels);
  return isJpeg(bytes)
    ? { format: 'jpeg', ...size, mayHaveAlpha: false }
    : // Only the simple lossy form is sure to have no alpha.
      { format: 'webp', ...size, mayHaveAlpha: chunkName(bytes, 12) !== 'VP8 ' };
}

/**
 * Width and height in pixels of a PNG, JPEG or WebP.
 *
 * @param label names the image in errors: `The <label> is not …`
 * @throws AppError `image_invalid` | `image_too_large`
 */
export function readImageSize(bytes: Uint8Array, label = 'image', maxPixels = defaultMaxPixels): ImageSize {
  const { width, height } = readImageHeader({ bytes, label }, maxPixels);
  return { width, height };
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function isWebp(bytes: Uint8Array): boolean {
  return bytes.length >= 16 && chunkName(bytes, 0) === 'RIFF' && chunkName(bytes, 8) === 'WEBP';
}

function chunkName(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

/** The size is in the first start-of-frame segment (ITU T.81, B.2.2). */
function readJpegSize(bytes: Uint8Array, label: string): ImageSize {
  const view = viewOf(bytes);
  let offset = 2;
  while (offset + 4 <= bytes.length) {
    if (bytes[offset] !== 0xff) break;
    const marker = bytes[offset + 1]!;
    if (marker === 0xff) {
      offset++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && offset + 9 <= bytes.length) {
      return { width: view.getUint16(offset + 7), height: view.getUint16(offset + 5) };
    }
    if (marker === 0xd9 || marker === 0xda) break;
    const hasNoLength = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    offset += hasNoLength ? 2 : 2 + view.getUint16(offset + 2);
  }
  throw refuse(label, 'is a broken JPEG: it has no frame header');
}

/** The three forms of the first chunk: WebP Container Specification and RFC 6386, section 9.1. */
function readWebpSize(bytes: Uint8Array, label: string): ImageSize {
  const view = viewOf(bytes);
  const form = chunkName(bytes, 12);
  if (form === 'VP8 ' && bytes.length >= 30 && (view.getUint32(22) & 0xffffff) === 0x9d012a) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (form === 'VP8L' && bytes.length >= 25 && bytes[20] === 0x2f) {
    const packed = view.getUint32(21, true);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (form === 'VP8X' && bytes.length >= 30) {
    return { width: readUint24(bytes, 24) + 1, height: readUint24(bytes, 27) + 1 };
  }
  throw refuse(label, 'is a broken WebP: its first chunk cannot be read');
}

function readUint24(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
