import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMutation } from '../api/use-mutation.ts';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { failureAdviceOf, failureTitle } from '../../kit/failure-words.ts';
import { formatAgo, plural } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { visibleText } from '../../kit/middle-cut.tsx';
import { parseLog } from '../../kit/log-model.ts';
import { LogTail, StatePanel } from '../../kit/state-panel.tsx';
import { releaseKeyOf } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { imageAddress } from '../images/image-addresses.ts';
import { toProblem } from '../api/problem.ts';
import type { Run } from '../api/shapes.ts';
import { toast } from '../frame/toasts.ts';
import { logQuery } from './log-text.ts';
import type { RunsSearch } from './list-search.ts';
import type { RunDetail } from './use-run.ts';

interface RunStatePanelProps {
  detail: RunDetail;
  mayReview: boolean;
  /** Search parameters of the run's other pages. */
  search: RunsSearch;
}

/** Why a run failed, or what it is waiting for; renders nothing for a finished run. */
export function RunStatePanel(props: RunStatePanelProps) {
  const { status } = props.detail.run;
  if (status === 'failed') return <Failed {...props} />;
  if (status === 'data_pending' || status === 'needs_diff') return <Waiting {...props} />;
  return null;
}

type FailedSide = 'before' | 'diff' | 'after';

/** Which side of a run failed, why, and its log; checks the run first, then the baseline, then the comparison. */
function failureOf({ current, ref, diff }: Pick<Run, 'current' | 'ref' | 'diff'>): {
  side: FailedSide;
  failure: { reason: string; message: string; image?: string | undefined };
  log: string | null;
} | null {
  const unknown = { reason: 'reported', message: 'The worker reported no reason.' };
  if (current.state === 'failed' && current.failure?.reason !== 'other_side_failed')
    return { side: 'after', failure: current.failure ?? unknown, log: logOf(current.log, current.failure) };
  if (ref.state === 'failed')
    return { side: 'before', failure: ref.failure ?? unknown, log: logOf(ref.log, ref.failure) };
  if (diff.failed)
    return { side: 'diff', failure: diff.failure ?? unknown, log: logOf(diff.log, diff.failure) };
  if (current.state === 'failed')
    return { side: 'after', failure: current.failure ?? unknown, log: current.log };
  return null;
}

function logOf(own: string | null, failure: object | null): string | null {
  return own ?? (failure as { log?: string } | null)?.log ?? null;
}

const sideWords: Record<FailedSide, string> = {
  after: '',
  before: 'The baseline’s page could not be captured.',
  diff: 'The images could not be compared.',
};

function Failed({ detail, mayReview, search }: RunStatePanelProps) {
  const { run, release } = detail;
  const found = failureOf(run);
  const { data: log } = useQuery(logQuery(run.buildId, found?.log ?? null));
  const lines = useMemo(() => (log === undefined ? [] : parseLog(log.text)), [log]);
  if (found === null) return null;
  const { side, failure } = found;
  const advice = failureAdviceOf(failure);
  const attempts = Math.max(run.current.requests, run.ref.requests, run.diff.requests);
  const isDecided = release.status === 'good' || release.status === 'bad';
  return (
    <StatePanel className="run-panel" state="failed" icon="failed" title={failureTitle(failure)}>
      <p className="state-message">{failure.message}</p>
      {sideWords[side] !== '' && <p>{sideWords[side]}</p>}
      {advice !== null && <p>{advice}</p>}
      {attempts > 1 && <p className="muted">Requested {plural(attempts, 'time')}.</p>}
      {failure.image !== undefined && (
        <img
          className="failure-image"
          src={imageAddress(run.buildId, failure.image)}
          alt="The window when the step failed"
        />
      )}
      <div className="state-actions">
        {mayReview && !isDecided && <CaptureAgain detail={detail} />}
        {found.log !== null && (
          <Link
            to="/log"
            search={{ ...search, test: run.name, type: side }}
            className="button"
            aria-keyshortcuts="L"
            title="Open log (L)"
          >
            <Icon name="log" size={14} />
            Open log
          </Link>
        )}
      </div>
      <LogTail lines={lines} label="End of the log" />
    </StatePanel>
  );
}

function CaptureAgain({ detail: { run, release } }: { detail: RunDetail }) {
  const client = useQueryClient();
  const key = releaseKeyOf({
    id: String(run.buildId),
    name: release.name,
    number: String(release.number),
  });
  const again = useMutation({
    mutationFn: () => api.retryRuns({ ...key, runIds: [run.id] }),
    onSuccess: ({ results }) => {
      const outcome = results[0]?.outcome;
      if (outcome === 'requested') toast('It is being captured again.');
      else if (outcome === 'not_captured_here')
        toast('A client uploaded this image: only that client can send it again.', { tone: 'problem' });
      void client.invalidateQueries({ queryKey: ['build', run.buildId] });
    },
    onError: (error) => void toast(toProblem(error).message, { tone: 'problem' }),
  });
  return (
    <button
      type="button"
      className="button primary"
      disabled={again.isPending}
      onClick={() => again.mutate()}
    >
      Capture again
    </button>
  );
}

function Waiting({ detail: { run, tasks, baseline } }: RunStatePanelProps) {
  const last = run.current.failure ?? run.ref.failure;
  return (
    <StatePanel
      className="run-panel"
      state="waiting"
      icon="waiting"
      title={run.status === 'needs_diff' ? 'Comparing' : 'Waiting for screenshot'}
    >
      {baseline?.rule === 'waiting' && <p>{visibleText(baseline.reason)}</p>}
      {tasks.length === 0 && baseline?.rule === 'waiting' ? null : tasks.length === 0 ? (
        <p>There is no task for this run: its client still has to send the missing images.</p>
      ) : (
        <ul className="run-tasks" aria-live="polite">
          {tasks.map((task) => (
            <li key={task.id}>
              <strong>{taskWords(task)}</strong>
              <span className="muted"> · since {formatAgo(new Date(task.createdAt), new Date())}</span>
              {task.message !== null && <p className="state-message">{task.message}</p>}
            </li>
          ))}
        </ul>
      )}
      {last !== null && <p className="muted">The last attempt failed and will be retried: {last.message}</p>}
    </StatePanel>
  );
}

function taskWords({ owner, queue, slot, leaseAttempts }: RunDetail['tasks'][number]): string {
  const what = slot === 'diff' ? 'Comparison' : slot === 'ref' ? 'Screenshot of the baseline' : 'Screenshot';
  const doing = owner === null ? `waiting in the queue “${queue}”` : 'in progress';
  const attempt = leaseAttempts > 1 ? `, attempt ${leaseAttempts}` : '';
  return `${what}: ${doing}${attempt}`;
}
