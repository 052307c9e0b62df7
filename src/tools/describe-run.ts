import { capitalized } from '../base/capitalized.ts';
import { countParts } from '../domain/capture/capture.ts';
import { countWarnings } from '../domain/capture/capture-warning.ts';
import { formatCount, formatDistortion, formatPercent } from '../domain/comparison/comparison.ts';
import type { ExplainedKey, MissingPage, RunResult } from './release-outcome.ts';

/** The state of a run in one word or two. */
export function stateOf({ status, verdict }: Pick<RunResult, 'status' | 'verdict'>): string {
  switch (status) {
    case 'diff_found':
      return verdict === 'rejected' ? 'rejected' : 'differs';
    case 'diff_approved':
      return 'approved';
    case 'diff_not_found':
      return 'same';
    case 'no_diff_needed':
      return 'new';
    case 'failed':
      return 'failed';
    case 'data_pending':
    case 'needs_diff':
      return 'waiting';
  }
}

/** One sentence about a run, without its name; empty if the state says it all. */
export function describeRun(run: DescribedRun): string {
  const missing =
    run.incompleteCount === 0 ? [] : [`${countParts(run.incompleteCount)} did not load${firstOf(run)}.`];
  return joinSentences([describeStatus(run), describeOrigin(run), ...missing, describeWarnings(run)]);
}

/** On one line, without empty ones; a dot sets off what follows words that do not end as a sentence, such as names of changes. */
export function joinSentences(parts: readonly (string | null | undefined)[]): string {
  return parts
    .filter((part) => typeof part === 'string' && part !== '')
    .reduce<string>(
      (line, part) => (line === '' ? part! : `${line}${isEnded(line) ? ' ' : ' · '}${part!}`),
      '',
    );
}

function isEnded(line: string): boolean {
  return /[.!?]$/.test(line);
}

/** One sentence about a page that the release does not have. */
export function describeMissing({ verdict, renamedTo }: MissingPage): string {
  switch (verdict) {
    case 'confirmed':
      return 'The page was removed, and someone has confirmed that.';
    case 'rejected':
      return 'The baseline has this page, this release does not, and a reviewer says that it should be there.';
    case 'undecided':
      return renamedTo === null
        ? 'The baseline has this page, this release does not.'
        : `Renamed, it seems: the new page "${renamedTo}" shows the same. Deciding one decides both.`;
  }
}

type DescribedRun = Omit<RunResult, 'resultsUrl' | ExplainedKey> & Partial<Pick<RunResult, ExplainedKey>>;

function describeOrigin({ verdict, verdictOrigin }: DescribedRun): string {
  if (!verdictOrigin || verdict === 'none') return '';
  const word = verdict === 'approved' ? 'Approved' : 'Rejected';
  return `${word} earlier, in "${verdictOrigin.releaseName}" #${verdictOrigin.releaseNumber}.`;
}

function firstOf({ incomplete = [], refIncomplete = [], incompleteCount }: DescribedRun): string {
  const first = incomplete[0] ?? refIncomplete[0];
  if (first === undefined) return '';
  return `${incompleteCount === 1 ? '' : ', first'}: ${first.url} (${first.why})`;
}

/** Whether a table names it: it is not just the same, or something about its captures is to be known. */
export function isWorthARow(run: RunResult): boolean {
  return stateOf(run) !== 'same' || run.incompleteCount > 0 || run.warningCount > 0;
}

/** The first warning, and how many more there are. */
function describeWarnings({ warnings = [], refWarnings = [], warningCount }: DescribedRun): string {
  if (warningCount === 0) return '';
  const first = warnings[0]?.sentence ?? (refWarnings[0] && `Baseline: ${refWarnings[0].sentence}`);
  if (first === undefined) return `${countWarnings(warningCount)}.`;
  return `Warning: ${first}${warningCount === 1 ? '' : ` (${warningCount - 1} more)`}`;
}

function describeStatus(run: DescribedRun): string {
  switch (run.status) {
    case 'failed':
      return [run.failureReason, run.failureMessage].filter((part) => part !== null).join(': ');
    case 'no_diff_needed':
      return run.baseline?.reason ?? 'There is no baseline yet.';
    case 'diff_found':
    case 'diff_approved':
      return [`${describeDifference(run)}${describeMoves(run)}`, ...(run.changes ?? [])].join(' · ');
    default:
      return '';
  }
}

function describeMoves({ moves = null }: DescribedRun): string {
  return moves === null ? '' : ` ${capitalized(moves)}.`;
}

function describeDifference({
  distortion,
  changedPixels,
  diffRatio,
  regionCount,
}: Pick<RunResult, 'distortion' | 'changedPixels' | 'diffRatio' | 'regionCount'>): string {
  const shown = distortion === null ? 'Different' : `Distortion ${formatDistortion(distortion)}`;
  if (changedPixels === null) return `${shown}.`;
  const ratio = diffRatio === null ? '' : ` (${formatPercent(diffRatio)})`;
  const regions =
    regionCount === null
      ? ''
      : ` in ${regionCount === 1 ? '1 region' : `${formatCount(regionCount)} regions`}`;
  const pixels = changedPixels === 1 ? '1 pixel' : `${formatCount(changedPixels)} pixels`;
  return `${shown}: ${pixels}${ratio}${regions} changed.`;
}
