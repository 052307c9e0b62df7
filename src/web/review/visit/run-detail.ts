/** Texts of a run's row. Pure. */

import { countWarnings } from '../../../domain/capture/capture-warning.ts';
import { formatAgo, plural } from '../../kit/format.ts';
import { failureTitle } from '../../kit/failure-words.ts';
import { actorName, byActor } from '../decisions/actor-name.ts';
import { differenceFigures, forgivenFigure } from '../runs/release-words.ts';
import { approvalWords, isForgiven, stateOf, type RunRow } from '../runs/run-row.ts';

/** The size of the difference, why it failed, or its baseline. */
export function runDetail(row: RunRow): string {
  const state = stateOf(row);
  if (state === 'failed' || state === 'accepted')
    return row.failureReason === null ? '' : failureTitle({ reason: row.failureReason });
  const missing = row.incompleteCount === 0 ? [] : [`${plural(row.incompleteCount, 'part')} missing`];
  const warnings = row.warningCount === 0 ? [] : [countWarnings(row.warningCount)];
  const differs = isForgiven(row) ? forgivenFigure(row) : differenceFigures(row);
  const figures = state === 'new' ? 'Nothing to compare with' : differs;
  return [...missing, ...warnings, figures].filter((part) => part !== '').join(' · ');
}

/** `by mia, 2 minutes ago`; empty for a run without a verdict. */
export function verdictDetail(row: RunRow, now: Date): string {
  if (approvalWords(row) !== '') return partlyApproved(row);
  if (row.verdict === 'none' || row.verdictAt === null) return '';
  const ago = formatAgo(new Date(row.verdictAt), now);
  const by = row.approvals > 1 ? byActors(row) : byActor(row.verdictBy).trim();
  const decided = by === '' ? ago : `${by}, ${ago}`;
  return row.verdictNote === null ? decided : `${decided}: ${row.verdictNote}`;
}

/** `1 of 2 approvals: mia` */
function partlyApproved(row: RunRow): string {
  const names = (row.approvedBy ?? []).map(actorName);
  return [approvalWords(row), ...(names.length > 0 ? [names.join(', ')] : [])].join(': ');
}

/** `by mia and ada` */
function byActors({ approvedBy }: RunRow): string {
  const names = (approvedBy ?? []).map(actorName);
  return names.length === 0 ? '' : `by ${names.join(names.length === 2 ? ' and ' : ', ')}`;
}
