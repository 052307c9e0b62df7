/** What a row says about a run. Pure. */

import { formatAgo, formatShare, plural } from '../../ui/format.ts';
import { failureTitle } from '../../ui/failure-words.ts';
import { visibleText } from '../../ui/middle-cut.tsx';
import { byActor } from '../decisions/actor-name.ts';
import { runStateWords } from '../run-states.ts';
import { differenceFigures } from './release-words.ts';
import { isDifference, isUndecided, stateOf, type RunRow } from './run-row.ts';

/** Figures of a difference, or why it failed, or what it is compared with. */
export function runDetail(row: RunRow): string {
  const state = stateOf(row);
  if (state === 'failed')
    return row.failureReason === null ? '' : failureTitle({ reason: row.failureReason });
  if (state === 'new') return 'Nothing to compare with';
  return differenceFigures(row);
}

/** `by mia, 2 minutes ago`; empty for a run that nobody judged. */
export function verdictDetail(row: RunRow, now: Date): string {
  if (!isDifference(row) || row.verdict === 'none' || row.verdictAt === null) return '';
  const ago = formatAgo(new Date(row.verdictAt), now);
  const by = byActor(row.verdictBy).trim();
  return by === '' ? ago : `${by}, ${ago}`;
}

/** What a screen reader says for the row: `/checkout, differs, 1.24 percent, 3 regions, undecided`. */
export function runLabel(row: RunRow): string {
  const state = stateOf(row);
  const parts = [visibleText(row.name)];
  if (isDifference(row)) {
    parts.push('differs');
    const share = row.diffRatio ?? row.distortion;
    if (share !== null) parts.push(share === 0 ? 'less than 0.01 percent' : spokenShare(share));
    if (row.regionCount !== null) parts.push(plural(row.regionCount, 'region'));
    parts.push(isUndecided(row) ? 'undecided' : state);
  } else {
    parts.push(runStateWords[state].toLowerCase());
    const detail = runDetail(row);
    if (detail !== '') parts.push(detail);
  }
  return parts.join(', ');
}

function spokenShare(share: number): string {
  return formatShare(share).replace(' %', ' percent').replace('<', 'less than').replace('>', 'more than');
}
