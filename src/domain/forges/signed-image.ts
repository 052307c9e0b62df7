/** Links to small images in the comment on a pull request, for readers without a login. */

export interface SignedImage {
  connectionId: number;
  releaseId: number;
  runId: number;
  /** SHA-1 of the image, in lower-case hex. */
  sha1: string;
  /** Epoch seconds. */
  expiresAt: number;
}

/** How long after the creation of its release an image can be seen. */
export const signedImageMs = 30 * 86_400_000;
/** Most in a comment. */
export const maxCommentImages = 5;
/** Under `/`. */
export const signedImagePath = '/signed-image';

/** What is signed. No part has a space, so no two images have the same text. */
export function signedImageText({ connectionId, releaseId, runId, sha1, expiresAt }: SignedImage): string {
  return `image 1 ${connectionId} ${releaseId} ${runId} ${sha1} ${expiresAt}`;
}

export function signedImageUrl(publicUrl: string, image: SignedImage, signature: string): string {
  const { connectionId, releaseId, runId, sha1, expiresAt } = image;
  const query = `image=${sha1}&expires=${expiresAt}&signature=${signature}`;
  return `${publicUrl}${signedImagePath}/${connectionId}-${releaseId}-${runId}.webp?${query}`;
}

/**
 * @param file the last part of the path
 * @returns null unless each field is exactly what {@link signedImageUrl} writes
 */
export function parseSignedImage(
  file: string,
  fields: Readonly<Record<string, unknown>>,
): { image: SignedImage; signature: string } | null {
  const ids = /^([1-9]\d{0,14})-([1-9]\d{0,14})-([1-9]\d{0,14})\.webp$/.exec(file);
  const { image: sha1, expires, signature } = fields;
  if (ids === null || typeof sha1 !== 'string' || typeof expires !== 'string') return null;
  if (!/^[0-9a-f]{40}$/.test(sha1) || !/^[1-9]\d{0,11}$/.test(expires)) return null;
  if (typeof signature !== 'string' || !/^[\w-]{43}$/.test(signature)) return null;
  const [connectionId, releaseId, runId] = ids.slice(1).map(Number) as [number, number, number];
  return { image: { connectionId, releaseId, runId, sha1, expiresAt: Number(expires) }, signature };
}
