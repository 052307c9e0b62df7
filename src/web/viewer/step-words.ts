/** What the steps through an image are called. Pure. */

import {
  changeBox,
  changeSize,
  changeTitle,
  displacementWords,
} from '../../domain/comparison/alignment-heading.ts';
import { formatPixels, formatSize, plural } from '../kit/format.ts';
import type { MovedPart } from './aligned-layout.ts';
import type { ViewScene } from './scene.ts';

/** `Change` if aligned, else `Region`. */
export function stepNoun({ changes }: Pick<ViewScene, 'changes'>): 'change' | 'region' {
  return changes === null ? 'region' : 'change';
}

/** `3 regions` until one is chosen, then `1 of 3`. */
export function stepText(index: number | null, { regions, changes }: ViewScene): string {
  const count = regions.length;
  if (index !== null) return `${(index + 1).toLocaleString('en-US')} of ${count.toLocaleString('en-US')}`;
  return plural(count, stepNoun({ changes }));
}

/** Said after a step: `Region 1 of 3`, `Change 1 of 3: Added, 917 × 48`. */
export function stepSentence(index: number, { regions, changes }: ViewScene): string {
  const change = changes?.[index]?.change;
  const place = `${index + 1} of ${regions.length}`;
  if (change === undefined) return `Region ${place}`;
  return `Change ${place}: ${changeTitle(change)}, ${changeSize(change)}`;
}

/** All about one region or change, for a list: `Change 1 of 3: Added, 917 × 48 at 181, 820`. */
export function stepDescription(index: number, scene: ViewScene): string {
  const region = scene.regions[index]!;
  const change = scene.changes?.[index]?.change;
  if (change !== undefined) return `${stepSentence(index, scene)} at ${place(changeBox(change))}`;
  const size = `${formatSize(region)} at ${place(region)}, ${formatPixels(region.changedPixels)}`;
  return `${stepSentence(index, scene)}: ${size}`;
}

/** Said after a step: `Moved part 1 of 2: down 64 px`. */
export function partSentence(index: number, parts: readonly MovedPart[]): string {
  const { kind, displacement } = parts[index]!;
  const noun = kind === 'moved' ? 'Moved part' : 'Reordered part';
  return `${noun} ${index + 1} of ${parts.length}: ${displacementWords(displacement)}`;
}

function place({ left, top }: { left: number; top: number }): string {
  return `${left.toLocaleString('en-US')}, ${top.toLocaleString('en-US')}`;
}
