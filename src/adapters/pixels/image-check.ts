/** The port `ImageCheck` with the image engine: what it accepts is what a comparison accepts. */
import { comparisonSettings } from '../../domain/comparison/comparison.ts';
import type { ImageCheck } from '../../ports/image-check.ts';
import { createComparer } from './comparer.ts';
import { SharedWork } from './shared-work.ts';

export interface ImageCheckOptions {
  /** Images decoded at a time; default 1. */
  concurrency?: number;
  /** Images that may wait for their turn; default 10,000. */
  maxWaiting?: number;
}

const rememberedImages = 100_000;

/** A check whose thread starts with the first image. */
export function createImageCheck({
  concurrency = 1,
  maxWaiting = 10_000,
}: ImageCheckOptions = {}): ImageCheck {
  const comparer = createComparer({ threads: concurrency });
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
    close: () => comparer.close(),
  };
}
