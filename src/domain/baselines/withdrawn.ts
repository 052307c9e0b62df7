/** What became of a baseline after a run was compared with it. */

import type { Release } from '../releases/release.ts';
import type { Run } from '../runs/run.ts';
import { isSupersededBy } from './superseded.ts';

export interface Withdrawn {
  kind: 'release_bad' | 'rejected';
  /** Who said so, an actor. */
  by: string | null;
  at: number | null;
}

/** @returns null while the baseline is none that a reviewer said no to, or where a reviewer chose it all the same */
export function withdrawnBaseline(
  { baselineChoice }: Pick<Run, 'baselineChoice'>,
  baseline: Pick<Run, 'verdict' | 'verdictBy' | 'verdictAt'>,
  release: Pick<Release, 'status' | 'decisionNote' | 'decidedBy' | 'statusAt'>,
): Withdrawn | null {
  if (baselineChoice?.rule === 'picked') return null;
  if (release.status === 'bad' && !isSupersededBy(release.status, release.decisionNote)) {
    return { kind: 'release_bad', by: release.decidedBy, at: release.statusAt };
  }
  if (baseline.verdict !== 'rejected') return null;
  return { kind: 'rejected', by: baseline.verdictBy, at: baseline.verdictAt };
}

/** @param name of who said so; null where people are not named */
export function withdrawnSentence({ kind }: Pick<Withdrawn, 'kind'>, name: string | null): string {
  const what = kind === 'rejected' ? 'rejected' : 'marked bad';
  return `Its baseline was later ${what} by ${name ?? 'a reviewer'}.`;
}
