import { formatPixels, formatShare, formatSize, plural } from '../kit/format.ts';
import type { StageWords } from '../viewer/stage.tsx';
import type { PaneKind } from '../viewer/view-model.ts';
import type { ReportEntry } from './report-model.ts';
import { hasOnlyForgiven } from './report-images.ts';

/** Headings and text alternatives for the images of a test. */
export function stageWords({ test }: ReportEntry): StageWords {
  const { comparison, before, after } = test;
  const onlyForgiven = hasOnlyForgiven(test);
  const share = comparison === null ? '' : formatShare(comparison.diffRatio);
  const biggest = comparison?.regions.reduce<(typeof comparison.regions)[number] | null>(
    (best, region) => (best === null || region.changedPixels > best.changedPixels ? region : best),
    null,
  );
  const difference =
    comparison === null || comparison.same || onlyForgiven
      ? ''
      : ` ${share} of pixels differ from the baseline in ${plural(comparison.regionCount, 'region')}${
          biggest ? `, the largest ${formatSize(biggest)} at ${biggest.left}, ${biggest.top}` : ''
        }.`;
  const size = (kind: PaneKind) => {
    const image = kind === 'before' ? before : (after ?? before);
    return image === null ? '' : `, ${image.width} by ${image.height} pixels`;
  };
  const titles: Record<PaneKind, string> = {
    before: 'Before',
    after: 'After',
    diff: 'Diff',
    swipe: 'Before on the left, after on the right',
    onion: 'Before and after, overlaid',
    blink: 'Before and after, alternating',
  };
  return {
    before: 'Before · baseline',
    diff: onlyForgiven
      ? `Forgiven · ${formatPixels(comparison!.forgivenPixels)}`
      : comparison === null
        ? 'Diff'
        : `Diff · ${share}`,
    after: 'After · this run',
    failed: 'An image could not be loaded. Its file may have been moved or deleted.',
    describe: (kind) => `${titles[kind]}: ${test.name}${size(kind)}.${kind === 'before' ? '' : difference}`,
  };
}
