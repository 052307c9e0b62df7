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
  }
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
