/** What an image file holds beside the pixels that are compared, so that a difference in it can be told. */
import { crc32 } from 'node:zlib';
import { isPng } from './png-file.ts';

export interface ImageTraits {
  /** EXIF orientation, 1 (upright) to 8. */
  orientation: number;
  /** Checksums of the colour profile and of what else names the colour space; null where there is nothing. */
  profile: string | null;
  /** Checksums of what says the gamma; null where nothing does. */
  gamma: string | null;
  /** Checksums of every frame after the first; null for a still image. */
  laterFrames: string | null;
}

/** @param bytes a PNG, JPEG or WebP whose structure was checked; whatever cannot be read is taken as absent */
export function readTraits(bytes: Uint8Array): ImageTraits {
  const chunks = isPng(bytes) ? pngChunks(bytes) : bytes[0] === 0xff ? jpegChunks(bytes) : webpChunks(bytes);
  const found = { exif: [] as Uint8Array[], profile: [] as Uint8Array[], gamma: [] as Uint8Array[] };
  const frames: Uint8Array[] = [];
  let frameStarts = 0;
  let hasPixels = false;
  for (const { name, data } of chunks) {
    if (name === 'IDAT') hasPixels = true;
    if (/^(eXIf|EXIF|Exif)$/.test(name)) found.exif.push(data);
    else if (/^(iCCP|sRGB|cHRM|cICP|ICCP|ICC)$/.test(name)) found.profile.push(data);
    else if (name === 'gAMA') found.gamma.push(data);
    else if (name === 'fcTL' || name === 'ANMF') {
      // The first frame of a WebP is what is compared; that of a PNG is where its pixels come after the first control.
      frameStarts++;
      if (name === 'ANMF' ? frameStarts > 1 : hasPixels) frames.push(data);
    } else if (name === 'fdAT') frames.push(data);
  }
  return {
    orientation: found.exif.length === 0 ? 1 : readOrientation(found.exif[0]!),
    profile: digestOf(found.profile),
    gamma: digestOf(found.gamma),
    laterFrames: digestOf(frames),
  };
}

interface Chunk {
  name: string;
  data: Uint8Array;
}

function* pngChunks(bytes: Uint8Array): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return;
    yield { name: latin1(bytes, at + 4, 4), data: bytes.subarray(at + 8, end - 4) };
    at = end;
  }
}

/** The segments before the pixels: APP1 with EXIF, APP2 with a profile. */
function* jpegChunks(bytes: Uint8Array): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === 0xda || marker === 0xd9) return;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) return;
    const data = bytes.subarray(at + 4, end);
    if (marker === 0xe1 && latin1(data, 0, 6) === 'Exif\0\0') yield { name: 'Exif', data: data.subarray(6) };
    if (marker === 0xe2 && latin1(data, 0, 12) === 'ICC_PROFILE\0') yield { name: 'ICC', data };
    at = end;
  }
}

function* webpChunks(bytes: Uint8Array): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const name = latin1(bytes, at, 4);
    yield { name, data: name === 'EXIF' && latin1(data, 0, 6) === 'Exif\0\0' ? data.subarray(6) : data };
    at += 8 + length + (length & 1);
  }
}

/** Tag 0x0112 of the first directory (EXIF 2.32, 4.6.4); 1 where there is none. */
function readOrientation(tiff: Uint8Array): number {
  if (tiff.length < 8) return 1;
  const view = viewOf(tiff);
  const little = latin1(tiff, 0, 2) === 'II';
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, little);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) !== 0x0112) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

function digestOf(parts: readonly Uint8Array[]): string | null {
  if (parts.length === 0) return null;
  return parts.map((part) => `${part.length}:${crc32(part)}`).join(' ');
}

function latin1(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
