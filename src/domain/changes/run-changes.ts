/** What changed in a run, from what its comparison reported. Pure. */

import { listsEveryDifference } from '../comparison/alignment.ts';
import type { Box, Change, ChangeKind, ChangeName } from '../comparison/alignment.ts';
import type { Run } from '../runs/run.ts';
import type { ChangeSet } from './decided-changes.ts';

/** One change of a run. */
export interface RunChangeEntry {
  fingerprint: string;
  /** False: the run has the same change at an earlier place, too. Null: the changes do not explain every difference. */
  isFirst: boolean | null;
  kind: ChangeKind;
  before: Box | null;
  after: Box | null;
  /** Pixels that differ. */
  pixels: number;
  /** Where on the page: changes at equal places are shown once. */
  place: string;
  name: ChangeName | null;
}

type Compared = Pick<Run, 'status' | 'diff'>;

/** The changes of a run that differs, as its comparison lists them; none where it does not, or was not aligned. */
export function changesOf({ status, diff }: Compared): RunChangeEntry[] {
  const { details } = diff;
  const isDifference = status === 'diff_found' || status === 'diff_approved';
  if (!isDifference || details?.alignment === undefined) return [];
  const seen = new Set<string>();
  const isExplained = listsEveryDifference(details.alignment);
  return details.alignment.changes.map((change) => {
    const { fingerprint, kind, before, after, changedPixels: pixels, name = null } = change;
    const isFirst = isExplained ? !seen.has(fingerprint) : null;
    seen.add(fingerprint);
    return { fingerprint, isFirst, kind, before, after, pixels, place: placeOf(change, details), name };
  });
}

/** The distinct changes of a run. */
export function changeSetOf(run: Compared & { id: number }): ChangeSet {
  const changes = changesOf(run);
  const fingerprints = [...new Set(changes.map(({ fingerprint }) => fingerprint))];
  return { runId: run.id, fingerprints, isComplete: changes[0] !== undefined && changes[0].isFirst !== null };
}

/** Whether both have the same changes, at the same places, in the same order. */
export function areSameChanges(one: Compared, other: Compared): boolean {
  return JSON.stringify(changesOf(one)) === JSON.stringify(changesOf(other));
}

const thirds = ['top', 'middle', 'bottom'];

/** The name of the element if it is known, else the third of the page; with the width of the page. */
function placeOf(
  { before, after, name }: Change,
  { after: afterSize, before: beforeSize }: NonNullable<Compared['diff']['details']>,
): string {
  const size = after === null ? beforeSize : afterSize;
  const box = after ?? before;
  const width = size === undefined ? '' : ` ${size.width}`;
  if (name !== undefined) return `${name.selector}${width}`;
  if (box === null || size === undefined) return `${thirds[0]!}${width}`;
  const third = Math.min(2, Math.floor(((box.top + box.height / 2) * 3) / size.height));
  return `${thirds[third]!}${width}`;
}
