/** The port `PictureCheck` with the image engine: what it accepts is what a comparison accepts. */
import { comparisonSettings } from '../../domain/comparison.ts';
import type { PictureCheck } from '../../ports/picture-check.ts';
import { createDiffer } from './differ.ts';
import { SharedWork } from './shared-work.ts';

export interface PictureCheckOptions {
  /** Pictures decoded at a time; default 1. */
  concurrency?: number;
  /** Pictures that may wait for their turn; default 10,000. */
  maxWaiting?: number;
}

const rememberedPictures = 100_000;

/** A check whose thread starts with the first picture. */
export function createPictureCheck({
  concurrency = 1,
  maxWaiting = 10_000,
}: PictureCheckOptions = {}): PictureCheck {
  const differ = createDiffer({ threads: concurrency });
  const checking = new SharedWork({ concurrency, maxWaiting });
  const settings = comparisonSettings({});
  const good = new Set<string>();
  return {
    async check(picture) {
      if (good.has(picture.sha1)) return;
      await checking.run(picture.sha1, async () => {
        const bytes = await picture.read();
        await differ.compare({ before: { bytes }, after: { bytes }, settings, withMask: false });
        if (good.size >= rememberedPictures) good.clear();
        good.add(picture.sha1);
      });
    },
    close: () => differ.close(),
  };
}
