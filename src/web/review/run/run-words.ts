/** Texts of the run page. Pure. */

import type { ImageSize, Region } from '../../../domain/comparison/comparison.ts';
import { formatPixels, formatShare, plural, sizeChange } from '../../kit/format.ts';
import { shortName, visibleText } from '../../kit/middle-cut.tsx';
import type { StageWords } from '../../viewer/stage.tsx';
import type { PaneKind, ViewerImages } from '../../viewer/view-model.ts';
import type { Answer } from '../api/api.ts';
import type { Run } from '../api/shapes.ts';
import { byActor } from '../decisions/actor-name.ts';
import { regionsOf } from '../images/run-images.ts';
import { isDifference } from '../runs/run-row.ts';

/** Headings of the panes and text alternatives of the images. */
export function stageWords(
  { run, baselineRelease: baseline }: Pick<Answer<'runDetail'>, 'run' | 'baselineRelease'>,
  images: ViewerImages | null,
): StageWords {
  const share = shareOf(run);
  const { areForgiven } = regionsOf(run);
  const before = baseline === null ? 'Before' : `Before · ${visibleText(baseline.name)} #${baseline.number}`;
  return {
    before,
    diff: areForgiven
      ? `Forgiven · ${formatPixels(forgivenPixels(run))}`
      : share === null
        ? 'Diff'
        : `Diff · ${share}`,
    after: 'After · this release',
    failed: 'This image could not be loaded.',
    describe: (kind) => {
      const size = sizeFor(kind, images);
      const named = `${paneTitles[kind]}: ${visibleText(run.name)}`;
      const sized = size === null ? named : `${named}, ${inWords(size)}`;
      return kind === 'before' ? `${sized}.` : `${sized}.${differenceSentence(run)}`;
    },
  };
}

const paneTitles: Record<PaneKind, string> = {
  before: 'Before',
  after: 'After',
  diff: 'Difference',
  swipe: 'Before on the left, after on the right',
  onion: 'Before and after, overlaid',
  blink: 'Before and after, alternating',
};

function sizeFor(kind: PaneKind, images: ViewerImages | null): ImageSize | null {
  if (images === null) return null;
  if (kind === 'before') return images.before?.size ?? null;
  return kind === 'after' ? (images.after?.size ?? null) : images.canvas;
}

function inWords({ width, height }: ImageSize): string {
  return `${width.toLocaleString('en-US')} by ${height.toLocaleString('en-US')} pixels`;
}

/** ` 1.24 % of pixels differ from the baseline in 3 regions, the largest 312 by 80 at 40, 60.`, or empty text. */
function differenceSentence(run: Run): string {
  const { diff } = run;
  const { facts: details } = diff;
  const { areForgiven, count } = regionsOf(run);
  if (areForgiven)
    return ` ${plural(forgivenPixels(run), 'pixel differs and was', 'pixels differ and were')} forgiven, in ${plural(count, 'region')}.`;
  if (diff.image === null) return '';
  if (details?.diffRatio === undefined) return ' It differs from the baseline.';
  const biggest = biggestRegion(details.regions ?? []);
  const where =
    biggest === null
      ? ''
      : `, the largest ${biggest.width} by ${biggest.height} at ${biggest.left}, ${biggest.top}`;
  const regions = plural(details.regionCount ?? details.regions?.length ?? 0, 'region');
  return ` ${formatShare(details.diffRatio)} of pixels differ from the baseline in ${regions}${where}.`;
}

function forgivenPixels({ diff }: Run): number {
  return diff.facts?.forgivenPixels ?? 0;
}

function biggestRegion(regions: readonly Region[]): Region | null {
  return regions.reduce<Region | null>(
    (best, region) => (best === null || region.changedPixels > best.changedPixels ? region : best),
    null,
  );
}

/** How much differs: the share of pixels, or the distortion if a third-party worker reported only that. */
function shareOf({ diff }: Run): string | null {
  if (diff.facts?.diffRatio !== undefined) return formatShare(diff.facts.diffRatio);
  return diff.distortion === null || diff.image === null ? null : formatShare(diff.distortion);
}

/** `12,480 px · 3 regions · 400 px taller`; unknown parts are left out. */
export function differenceFigures({ run, sizes }: Pick<Answer<'runDetail'>, 'run' | 'sizes'>): string[] {
  const { diff } = run;
  const { facts: details } = diff;
  const figures: string[] = [];
  const { areForgiven, count } = regionsOf(run);
  if (areForgiven && run.status !== 'diff_not_found')
    return [`${formatPixels(forgivenPixels(run))} forgiven`, plural(count, 'region')];
  if (diff.image === null) return figures;
  if (details?.diffRatio !== undefined) figures.push(formatShare(details.diffRatio));
  else if (diff.distortion !== null) figures.push(`distortion ${formatShare(diff.distortion)}`);
  if (details?.changedPixels !== undefined) figures.push(formatPixels(details.changedPixels));
  if (details?.regionCount !== undefined) figures.push(plural(details.regionCount, 'region'));
  const change = sizeChange({ before: sizes.ref, after: sizes.current });
  if (change !== null) figures.push(change);
  return figures;
}

/** Explains a comparison without changed pixels; null if pixels changed or nothing was compared. */
export function sameSentence(run: Run): string | null {
  const forgiven = forgivenPixels(run);
  if (isDifference(run) && run.diff.image === null && forgiven > 0)
    return `${plural(forgiven, 'pixel was', 'pixels were')} forgiven, which counts as a difference here (failOnForgiven).`;
  if (run.status !== 'diff_not_found') return null;
  if (run.diff.facts?.hidden !== undefined) return run.diff.facts.hidden;
  if (run.current.image !== null && run.current.image === run.ref.image)
    return 'Identical to the baseline, byte for byte.';
  if (forgiven > 0) return `${plural(forgiven, 'pixel differs and was', 'pixels differ and were')} forgiven.`;
  return 'Every pixel matches the baseline.';
}

/** Says that the baseline is none any more; null while it is. */
export function lostBaselineSentence({
  baselineRelease: baseline,
}: Pick<Answer<'runDetail'>, 'baselineRelease'>): string | null {
  if (baseline?.status !== 'bad') return null;
  const named = `${shortName(baseline.name)} #${baseline.number}`;
  const replaced = /^superseded by (.+)$/.exec(baseline.decisionNote ?? '')?.[1];
  return replaced === undefined
    ? `Its baseline, ${named}, was later marked bad${byActor(baseline.decidedBy)}.`
    : `Its baseline, ${named}, was later replaced by ${replaced}.`;
}

/** What there is to know about a run's baseline without opening the details; null: nothing special. */
export function baselineNote(
  detail: Answer<'runDetail'>,
): { tone: 'failed' | 'plain'; words: string } | null {
  const lost = lostBaselineSentence(detail);
  if (lost !== null) return { tone: 'failed', words: lost };
  const { run, baseline, renamedFrom } = detail;
  if (renamedFrom !== null) {
    const words = `Renamed: it shows the same as ${shortName(renamedFrom)}, which this release does not have.`;
    return { tone: 'plain', words };
  }
  const isWorthIt = run.status === 'no_diff_needed' || baseline?.rule === 'picked';
  return baseline !== null && isWorthIt ? { tone: 'plain', words: visibleText(baseline.reason) } : null;
}
