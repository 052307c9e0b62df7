/** A digest of a change: equal for the same change in two otherwise different pages. */

import { createHash } from 'node:crypto';
import { changeKeyOf } from '../domain/comparison/comparison.ts';
import type { ImageSize } from '../domain/comparison/comparison.ts';

/**
 * @param changedRows which pixels changed, as rows of a 1-bit PNG
 * @param values digests of the values of changed pixels that both images have: those of `Kernel.endDigest`
 * @param whole the files of two images whose sizes differ: pixels that only one of them has are part of the change
 */
export function changeKey(
  canvas: ImageSize,
  changedRows: Uint8Array,
  values: Uint8Array,
  whole: readonly Uint8Array[],
): string {
  const hash = createHash('sha256');
  hash.update(`${canvas.width} ${canvas.height}\n`);
  hash.update(changedRows);
  hash.update(values);
  for (const file of whole) hash.update(createHash('sha256').update(file).digest());
  return changeKeyOf(hash.digest('hex'));
}
