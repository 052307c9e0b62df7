import { ImageError, type PieceLoad } from '../../viewer/image-source.ts';
import { reportConnection } from '../api/connection.ts';

/** Pixels as stored: no color management, no EXIF rotation. */
const asStored: ImageBitmapOptions = { colorSpaceConversion: 'none', imageOrientation: 'none' };

/**
 * Fetches and decodes an image, both off the main thread.
 *
 * @throws ImageError, or the signal's reason
 */
export async function loadBitmap(address: string, { signal, isUrgent }: PieceLoad): Promise<ImageBitmap> {
  const blob = await fetchBlob(address, signal, isUrgent);
  try {
    return await createImageBitmap(blob, asStored);
  } catch (error) {
    throw new ImageError('This image cannot be decoded.', { cause: error });
  } finally {
    tellCollector(blob.size);
  }
}

/** Of a file, counted this many times: so many fewer files are kept until the next collection. */
const collectorFactor = 4;

/**
 * Lets the garbage collector know of the bytes of a blob, which it does not count: a tab that looked at 100 pages kept 130 MiB of
 * files that nothing referred to. An array buffer is counted; as nothing is written to it, it takes no memory.
 */
function tellCollector(bytes: number): void {
  void new ArrayBuffer(bytes * collectorFactor);
}

async function fetchBlob(address: string, signal: AbortSignal, isUrgent: boolean): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(address, { signal, priority: isUrgent ? 'high' : 'low' });
    if (response.ok) return await response.blob();
  } catch (error) {
    if (!signal.aborted) reportConnection(false);
    throw new ImageError('The server is not responding.', { cause: error });
  }
  throw new ImageError(`The server responded with status ${response.status}.`);
}
