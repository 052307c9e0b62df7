/** The port `ImageCheck` with the image engine: it accepts exactly what a comparison accepts. */
import { comparisonSettings } from '../../domain/comparison/comparison.ts';
import type { Comparer } from '../../ports/comparer.ts';
import type { ImageCheck } from '../../ports/image-check.ts';
import { createComparer } from './comparer.ts';
import { SharedWork } from './shared-work.ts';

export interface ImageCheckOptions {
  /** Decodes the images, and outlives the check; default: one for this check alone. */
  comparer?: Comparer;
  /** Images decoded concurrently; default 1. */
  concurrency?: number;
  /** Images that may wait; further ones are refused; default 10,000. */
  maxWaiting?: number;
}

const rememberedImages = 100_000;

/** A check whose thread starts with the first image. */
export function createImageCheck(options: ImageCheckOptions = {}): ImageCheck {
  const { concurrency = 1, maxWaiting = 10_000 } = options;
  const comparer = options.comparer ?? createComparer({ threads: concurrency });
  const checking = new SharedWork({ concurrency, maxWaiting });
  const settings = comparisonSettings({});
  const good = new Set<string>();
  return {
    async check(image) {
      if (good.has(image.sha1)) return;
      await checking.run(image.sha1, async () => {
        const bytes = await image.read();
        await comparer.compare({ before: { bytes }, after: { bytes }, settings, withMask: false });
        if (good.size >= rememberedImages) good.clear();
        good.add(image.sha1);
      });
    },
    close: async () => {
      if (options.comparer === undefined) await comparer.close();
    },
  };
}
