/** What a row says about a run. Pure. */

import { formatAgo, plural } from '../../kit/format.ts';
import { failureTitle } from '../../kit/failure-words.ts';
import { byActor } from '../decisions/actor-name.ts';
import { differenceFigures, forgivenFigure } from '../runs/release-words.ts';
import { isDifference, isForgiven, stateOf, type RunRow } from '../runs/run-row.ts';

/** Figures of a difference, or why it failed, or what it is compared with. */
export function runDetail(row: RunRow): string {
  const state = stateOf(row);
  if (state === 'failed')
    return row.failureReason === null ? '' : failureTitle({ reason: row.failureReason });
  const missing = row.incompleteCount === 0 ? [] : [`${plural(row.incompleteCount, 'part')} missing`];
  const differs = isForgiven(row) ? forgivenFigure(row) : differenceFigures(row);
  const figures = state === 'new' ? 'Nothing to compare with' : differs;
  return [...missing, figures].filter((part) => part !== '').join(' · ');
}

/** `by mia, 2 minutes ago`; empty for a run that nobody judged. */
export function verdictDetail(row: RunRow, now: Date): string {
  if (!isDifference(row) || row.verdict === 'none' || row.verdictAt === null) return '';
  const ago = formatAgo(new Date(row.verdictAt), now);
  const by = byActor(row.verdictBy).trim();
  return by === '' ? ago : `${by}, ${ago}`;
}
