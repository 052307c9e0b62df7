import type { Kernel } from '../../src/image/kernel/kernel.ts';
import type { PairPixels } from '../../src/image/kernel/pair-pixels.ts';
import type { PlainPixels } from './png-writer.ts';

/** Two images of one height whose rows the kernel has compared, at no threshold. */
export function comparedPixels(kernel: Kernel, before: PlainPixels, after: PlainPixels): PairPixels {
  const size = ({ width, height }: PlainPixels) => ({ width, height, filtered: false });
  const rows = kernel.reserve(size(before), size(after), 3);
  rows.before.set(before.data);
  rows.after.set(after.data);
  kernel.begin({ maxColourDistance: 0, antialiasing: 'slight' });
  kernel.compareRows(before.height);
  return kernel.pairPixels();
}
