/** Sentences of the release page. Pure. */

import { formatPixels, formatShare, plural } from '../../kit/format.ts';
import type { RunCounts } from './counts.ts';
import type { LateRuns } from './release-store.ts';
import { isDifference, type RunRow } from './run-row.ts';

type Headlined = Pick<
  RunCounts,
  'total' | 'differs' | 'undecided' | 'failed' | 'accepted' | 'partlyApproved' | 'new' | 'waiting' | 'same'
>;

/** Pages of the baseline that a release does not have under their names. */
interface Gone {
  /** Not confirmed, and not renamed. */
  missing: number;
  /** Renamed and undecided: their runs count as new. */
  renamed: number;
}

/** `10 of 100 differ, 7 undecided, 1 renamed, 2 missing` */
export function headline(counts: Headlined, { missing, renamed }: Gone = { missing: 0, renamed: 0 }): string {
  const parts = [runsHeadline({ ...counts, new: Math.max(0, counts.new - renamed) })];
  if (renamed > 0) parts.push(`${figure(renamed)} renamed`);
  if (missing > 0) parts.push(`${figure(missing)} missing`);
  return parts.filter((part) => part !== '').join(', ');
}

function runsHeadline(counts: Headlined): string {
  const { total, differs, undecided, failed, waiting, same } = counts;
  if (total === 0) return 'No runs';
  if (same === total)
    return total === 1 ? 'The run looks the same' : `All ${figure(total)} runs look the same`;
  const parts: string[] = [];
  const first = (count: number, words: string) =>
    parts.push(
      parts.length === 0 ? `${figure(count)} of ${figure(total)} ${words}` : `${figure(count)} ${words}`,
    );
  if (differs > 0) {
    first(differs, differs === 1 ? 'differs' : 'differ');
    parts.push(undecided === 0 ? 'all decided' : `${figure(undecided)} undecided`);
    if (counts.partlyApproved > 0) parts.push(`${figure(counts.partlyApproved)} partly approved`);
  }
  if (failed > 0) first(failed, counts.accepted === failed ? 'failed, accepted' : 'failed');
  if (counts.new > 0) first(counts.new, 'new');
  if (waiting > 0) first(waiting, 'waiting');
  return parts.join(', ');
}

/** `98 of 100 compared · 2 waiting` */
export function progressWords({ total, waiting }: RunCounts): string {
  const compared = `${figure(total - waiting)} of ${figure(total)} compared`;
  return waiting === 0 ? compared : `${compared} · ${figure(waiting)} waiting`;
}

/** `4 new differences`; null without late arrivals. */
export function lateWords({ differences, others }: LateRuns, missing = 0): string | null {
  if (differences > 0) return plural(differences, 'new difference');
  if (missing > 0) return plural(missing, 'missing page');
  return others > 0 ? plural(others, 'new run') : null;
}

/** `1.24 % · 12,480 px · 3 regions`, `13.76 % · moved, 2 changes`; empty for a run without a difference. */
export function differenceFigures(row: RunRow): string {
  if (!isDifference(row)) return '';
  if (row.changedPixels === 0 && (row.forgivenPixels ?? 0) > 0) return forgivenFigure(row);
  const parts: string[] = [];
  const share = row.diffRatio ?? row.distortion;
  if (share !== null) parts.push(share === 0 ? '< 0.01 %' : formatShare(share));
  const moved = moveWords(row);
  if (moved !== null) return [...parts, moved].join(' · ');
  if (row.changedPixels !== null) parts.push(formatPixels(row.changedPixels));
  if (row.regionCount !== null) parts.push(plural(row.regionCount, 'region'));
  return parts.join(' · ');
}

/** Where things moved, changed pixels and their regions say little. */
function moveWords({ moveSummary, changeCount }: RunRow): string | null {
  if (moveSummary === 'moved') return 'moved';
  if (moveSummary === 'moved_and_changed') return `moved, ${plural(changeCount, 'change')}`;
  return moveSummary === 'reflow' ? 'reflowed' : null;
}

/** `12 px forgiven` */
export function forgivenFigure({ forgivenPixels }: Pick<RunRow, 'forgivenPixels'>): string {
  return `${formatPixels(forgivenPixels ?? 0)} forgiven`;
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}
