import type { PictureSize } from '../../../domain/comparison.ts';
import { loadBitmap } from './load-bitmap.ts';
import { pictureAddress } from './picture-addresses.ts';

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const pngHeaderBytes = 24;

/**
 * The size of a stored picture that nothing is known about: never compared, or compared by somebody else. Of a PNG only
 * the first bytes are read; anything else is decoded.
 *
 * @throws PictureError, or the signal's reason
 */
export async function findPictureSize(
  buildId: number,
  sha1: string,
  signal: AbortSignal,
): Promise<PictureSize> {
  const address = pictureAddress(buildId, sha1);
  const size = pngSize(await firstBytes(address, pngHeaderBytes, signal));
  if (size !== null) return size;
  const bitmap = await loadBitmap(address, { signal, isUrgent: true });
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

/** Width and height stand at a fixed place in a PNG; null for anything else. */
export function pngSize(bytes: Uint8Array): PictureSize | null {
  if (bytes.length < pngHeaderBytes || pngSignature.some((byte, index) => bytes[index] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  return size.width > 0 && size.height > 0 ? size : null;
}

/** As many as there are when the answer is shorter or none. */
async function firstBytes(address: string, count: number, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(address, { signal });
  const reader = response.ok ? response.body?.getReader() : undefined;
  const bytes = new Uint8Array(count);
  let length = 0;
  while (reader !== undefined && length < count) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, count - length);
    bytes.set(part, length);
    length += part.length;
  }
  await reader?.cancel();
  return bytes.subarray(0, length);
}
