/** What a release means to a script, a badge or a forge: one word and one short text. */

import { isSupersededBy } from '../baselines/superseded.ts';
import type { ReleaseStatus } from './release.ts';
import type { StatusCounts } from './status-counts.ts';
import { openDecisions } from './open-decisions.ts';
import type { DecisionRules } from './open-decisions.ts';

export const conclusions = ['pending', 'success', 'failure', 'error', 'skipped'] as const;
/**
 * `pending`: not finished. `failure`: a person must look, or said no. `error`: something was not captured or compared.
 * `skipped`: its client said that there is nothing to show.
 */
export type Conclusion = (typeof conclusions)[number];

export interface ReleaseState extends DecisionRules {
  status: ReleaseStatus;
  counts: StatusCounts;
  /** A person or a key decided, not the server. */
  isDecidedByPerson: boolean;
  /** Who decided, where that may be said; null: the text says "a reviewer". */
  decider: string | null;
  /** The reason for the decision, where that may be said. */
  decisionNote: string | null;
  skipReason: string | null;
  /** Why it cannot be finished, such as a shard that never reported. */
  fault: string | null;
}

export interface ReleaseConclusion {
  conclusion: Conclusion;
  /** At most 140 characters. */
  text: string;
}

const maxTextLength = 140;

export function releaseConclusion(state: ReleaseState): ReleaseConclusion {
  const [conclusion, text] = conclude(state);
  return { conclusion, text: shortened(text) };
}

function conclude(state: ReleaseState): [Conclusion, string] {
  const { status, counts, skipReason, decisionNote } = state;
  if (skipReason !== null) return ['skipped', `skipped: ${skipReason}`];
  const isUnfinished = status === 'receiving' || status === 'processing';
  if (isUnfinished && state.fault !== null) return ['error', state.fault];
  if (isUnfinished) {
    return ['pending', `waiting: ${counts.total - counts.waiting} of ${counts.total} compared`];
  }
  if (isSupersededBy(status, decisionNote)) return ['error', decisionNote!];
  const reason = decisionNote === null ? '' : `: ${decisionNote}`;
  const decider = state.decider ?? 'a reviewer';
  if (status === 'bad') return ['failure', `rejected by ${decider}${reason}`];
  if (status === 'good') {
    return ['success', state.isDecidedByPerson ? `approved by ${decider}${reason}` : cleanText(counts)];
  }
  return inReview(state);
}

function inReview(state: ReleaseState): [Conclusion, string] {
  const { counts } = state;
  const { total } = counts;
  const { rejected, failed, undecided, new: fresh, missing, renamed } = openDecisions(counts, state);
  if (total === 0) return ['error', 'nothing was compared'];
  if (rejected > 0) return ['failure', `${rejected} of ${total} rejected`];
  if (failed > 0) return ['error', `${failed} of ${total} could not be captured`];
  const isNothingCompared = counts.new === total && !state.followsGit;
  if (isNothingCompared) return ['error', `nothing was compared: all ${total} are new`];
  const open = [
    ...(undecided > 0 ? [`${undecided} of ${total} ${undecided === 1 ? 'differs' : 'differ'}`] : []),
    ...(counts.partlyApproved > 0 && undecided + fresh > 0
      ? [`${counts.partlyApproved} partly approved`]
      : []),
    ...(fresh > 0 ? [`${fresh} new`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
    ...(renamed > 0 ? [`${renamed} renamed`] : []),
  ];
  if (open.length > 0) return ['failure', `${open.join(', ')}, waiting for review`];
  return ['success', cleanText(counts)];
}

function cleanText({ total, approved, new: fresh, accepted }: StatusCounts): string {
  const added =
    (fresh > 0 ? `, ${fresh} new` : '') + (accepted > 0 ? `, ${accepted} accepted as failed` : '');
  if (approved === 1) return `the difference is approved${added}`;
  if (approved > 1) return `all ${approved} differences approved${added}`;
  return `${total === 1 ? '1 page' : `${total} pages`}, nothing differs${added}`;
}

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= maxTextLength) return text;
  return `${characters
    .slice(0, maxTextLength - 1)
    .join('')
    .trimEnd()}…`;
}
