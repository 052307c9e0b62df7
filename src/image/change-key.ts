/** A digest of what changed: equal for the same change in two pages that are otherwise unlike. */

import { createHash } from 'node:crypto';
import { changeKeyOf } from '../domain/comparison/comparison.ts';
import type { ImageSize } from '../domain/comparison/comparison.ts';
import type { ChangedValues } from './kernel/kernel.ts';

/**
 * @param values of the changed pixels that both images have
 * @param whole the files of two images whose sizes differ: what only one of them has is part of the change
 */
export function changeKey(canvas: ImageSize, values: ChangedValues, whole: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  hash.update(`${canvas.width} ${canvas.height}\n`);
  hash.update(values.rows);
  for (const pixels of values.pixels()) hash.update(pixels);
  for (const file of whole) hash.update(createHash('sha256').update(file).digest());
  return changeKeyOf(hash.digest('hex'));
}
