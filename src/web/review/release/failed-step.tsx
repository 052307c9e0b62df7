import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { failureThatCounts } from '../../../domain/tasks/failure-that-counts.ts';
import { failureTitle } from '../../kit/failure-words.ts';
import { plural } from '../../kit/format.ts';
import { shortName } from '../../kit/middle-cut.tsx';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { toast } from '../frame/toasts.ts';
import { stateOf, type RunRow } from '../runs/run-row.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';
import { NextStepLine } from './next-step-line.tsx';

export interface FailedStepProps {
  visit: Visit;
  mayReview: boolean;
  /** Shows only the failed runs. */
  onShowFailed: () => void;
  /** Asks for the reason to accept that these runs failed. */
  onAcceptFailed: (ids: readonly number[]) => void;
}

/** Failed runs that no one has accepted: capture them again, or accept them. */
export function FailedStep({ visit, mayReview, onShowFailed, onAcceptFailed }: FailedStepProps) {
  const [isBusy, setBusy] = useState(false);
  const { release } = useReleaseState(visit.store);
  const failed = [...visit.store.rows()].filter((row) => stateOf(row) === 'failed');
  const only = failed.length === 1 ? failed[0]! : null;
  const { data } = useQuery({
    ...queries.run({ ...visit.key, runName: only?.name ?? '' }),
    enabled: only !== null,
  });
  const run = data?.run;
  const message =
    run === undefined || run.id !== only?.id
      ? null
      : failureThatCounts([run.current.failure, run.ref.failure, run.diff.failure])?.message;
  const captureAgain = async () => {
    setBusy(true);
    try {
      const { results } = await api.retryRuns(visit.key);
      toast(retryWords(results));
    } catch (error) {
      toast(`Not captured again: ${toProblem(error).message}`, { tone: 'problem' });
    } finally {
      setBusy(false);
    }
  };
  const isDecided = release?.status === 'good' || release?.status === 'bad';
  return (
    <NextStepLine
      icon="warning"
      state="failed"
      actions={
        <>
          <button type="button" className="button small optional-step" onClick={onShowFailed}>
            Show
          </button>
          {mayReview && !isDecided && (
            <>
              <button
                type="button"
                className="button small"
                disabled={isBusy}
                onClick={() => void captureAgain()}
              >
                Capture again
              </button>
              <button
                type="button"
                className="button small"
                onClick={() => onAcceptFailed(failed.map(({ id }) => id))}
              >
                Accept…
              </button>
            </>
          )}
        </>
      }
    >
      <strong>{plural(failed.length, 'run')} failed:</strong>{' '}
      {only === null ? reasonsOf(failed) : `${shortName(only.name)}: ${message ?? reasonWords(only)}`}
    </NextStepLine>
  );
}

function reasonWords({ failureReason }: RunRow): string {
  return failureReason === null ? 'no reason was given.' : `${failureTitle({ reason: failureReason })}.`;
}

/** `The page returned an error (2) · …`, the most frequent first. */
function reasonsOf(failed: readonly RunRow[]): string {
  const reasons = new Map<string, number>();
  for (const { failureReason } of failed) {
    const title = failureReason === null ? 'No reason was given' : failureTitle({ reason: failureReason });
    reasons.set(title, (reasons.get(title) ?? 0) + 1);
  }
  return [...reasons]
    .sort((a, b) => b[1] - a[1])
    .map(([title, count]) => `${title} (${count.toLocaleString('en-US')})`)
    .join(' · ');
}

function retryWords(results: readonly { outcome: string }[]): string {
  const requested = results.filter(({ outcome }) => outcome === 'requested').length;
  const elsewhere = results.filter(({ outcome }) => outcome === 'not_captured_here').length;
  const parts: string[] = [];
  if (requested > 0) parts.push(`Capturing ${plural(requested, 'run')} again.`);
  if (elsewhere > 0)
    parts.push(
      `${plural(elsewhere, 'run was', 'runs were')} uploaded by a client, which must resend ${elsewhere === 1 ? 'it' : 'them'}.`,
    );
  return parts.length === 0 ? 'No run needed to be captured again.' : parts.join(' ');
}
