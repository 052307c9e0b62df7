/** Sentences of the release page. Pure. */

import { formatPixels, formatShare, plural } from '../../kit/format.ts';
import type { RunCounts } from './counts.ts';
import type { LateRuns } from './release-store.ts';
import { isDifference, type RunRow } from './run-row.ts';

type Headlined = Pick<RunCounts, 'total' | 'differs' | 'undecided' | 'failed' | 'new' | 'waiting' | 'same'>;

/** `10 of 100 differ, 7 undecided, 2 missing` @param missing pages whose removal is not confirmed */
export function headline(counts: Headlined, missing = 0): string {
  return missing === 0 ? runsHeadline(counts) : `${runsHeadline(counts)}, ${figure(missing)} missing`;
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
  }
  if (failed > 0) first(failed, 'failed');
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

/** `1.24 % · 12,480 px · 3 regions`; empty for a run without a difference. */
export function differenceFigures(row: RunRow): string {
  if (!isDifference(row)) return '';
  if (row.changedPixels === 0 && (row.forgivenPixels ?? 0) > 0) return forgivenFigure(row);
  const parts: string[] = [];
  const share = row.diffRatio ?? row.distortion;
  if (share !== null) parts.push(share === 0 ? '< 0.01 %' : formatShare(share));
  if (row.changedPixels !== null) parts.push(formatPixels(row.changedPixels));
  if (row.regionCount !== null) parts.push(plural(row.regionCount, 'region'));
  return parts.join(' · ');
}

/** `12 px forgiven` */
export function forgivenFigure({ forgivenPixels }: Pick<RunRow, 'forgivenPixels'>): string {
  return `${formatPixels(forgivenPixels ?? 0)} forgiven`;
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}
