import { capitalized } from '../../../base/capitalized.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { failureThatCounts } from '../../../domain/tasks/failure-that-counts.ts';
import {
  commandForAbsence,
  describeAbsence,
  type WorkerAbsence,
} from '../../../domain/tasks/worker-absence.ts';
import { Icon, type IconName } from '../../kit/icon.tsx';
import { failureTitle } from '../../kit/failure-words.ts';
import { plural } from '../../kit/format.ts';
import { shortName, visibleText } from '../../kit/middle-cut.tsx';
import { releaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import type { Release } from '../api/shapes.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { toast } from '../frame/toasts.ts';
import type { RunCounts } from '../runs/counts.ts';
import type { MissingCounts } from '../runs/missing-pages.ts';
import { isUndecided, stateOf, type RunRow } from '../runs/run-row.ts';
import { AcceptFirstBaseline, isFirstBaseline } from './first-baseline.tsx';
import { useBaseline } from './use-baseline.ts';
import { useAttempt } from '../visit/newer-attempt.ts';
import { useMissing, useReleaseState, type Visit } from '../visit/visit.ts';

interface NextStepProps {
  visit: Visit;
  mayReview: boolean;
  /** Shows only the failed runs. */
  onShowFailed: () => void;
  /** Asks for the reason to accept that these runs failed. */
  onAcceptFailed: (ids: readonly number[]) => void;
  /** Shows only the missing pages. */
  onShowMissing: () => void;
  onOpen: (id: number) => void;
}

/** One line with the state of the release and the next step. Always present. */
export function NextStep(props: NextStepProps) {
  const { visit, mayReview, onShowMissing, onOpen } = props;
  const { counts, release, order } = useReleaseState(visit.store);
  const { counts: missing } = useMissing(visit.store);
  const { baseline } = useBaseline(visit);
  const absence = useWorkerAbsence(visit);
  const attempt = useAttempt(visit);
  if (release === null) return <Step icon="info">{null}</Step>;
  if (attempt.newer !== null && attempt.isReadOnly)
    return (
      <Step
        icon="warning"
        state="missing"
        actions={
          <>
            <Link className="button small" to="/release" search={releaseSearch(attempt.newer)}>
              Open #{attempt.newer.number}
            </Link>
            <button type="button" className="button small" onClick={attempt.insist}>
              Decide anyway
            </button>
          </>
        }
      >
        <strong>#{attempt.newer.number} is newer.</strong> This attempt is read-only.
      </Step>
    );
  if (absence !== null)
    return (
      <Step icon="warning" state="failed">
        <strong>{describeAbsence(absence, timeOf)}</strong> {plural(counts.waiting, 'run waits', 'runs wait')}{' '}
        for one: start a worker with <code>{commandForAbsence(absence)}</code>.
      </Step>
    );
  const fault = release.shards?.fault ?? null;
  if (fault !== null)
    return (
      <Step icon="warning" state="failed">
        <strong>{sentence(fault)}</strong>
        {fault.startsWith('shard') && ' Run the job again.'}
      </Step>
    );
  if (counts.failed > counts.accepted) return <Failures {...props} />;
  const isOpen = release.status === 'receiving' || release.status === 'processing';
  if (counts.total === 0)
    return (
      <Step icon="info">
        {release.skipReason !== null
          ? `Skipped: ${visibleText(release.skipReason)}`
          : release.status === 'receiving'
            ? 'No runs yet. They appear here as they arrive.'
            : 'This release has no runs. Nothing was compared.'}
      </Step>
    );
  if (counts.undecided > 0) {
    const first = order.find((id) => isUndecided(visit.store.row(id)!));
    return (
      <Step
        icon="differs"
        state="differs"
        actions={
          first !== undefined && (
            <button type="button" className="button small" onClick={() => onOpen(first)}>
              Review the first
            </button>
          )
        }
      >
        {counts.undecided === 1
          ? '1 difference waits'
          : `${counts.undecided.toLocaleString('en-US')} differences wait`}{' '}
        for a decision.
      </Step>
    );
  }
  if (isOpen) {
    return (
      <Step icon="waiting" state="waiting">
        {release.status === 'receiving'
          ? arrivingWords(release.shards)
          : `${plural(counts.waiting, 'run waits', 'runs wait')} for a worker.`}
      </Step>
    );
  }
  if (isFirstBaseline({ counts, release })) {
    return (
      <Step icon="new" state="new" actions={<AcceptFirstBaseline visit={visit} mayReview={mayReview} />}>
        Nothing to compare with yet. If{' '}
        {counts.new === 1 ? 'this image looks' : `these ${counts.new.toLocaleString('en-US')} images look`}{' '}
        right, accept {counts.new === 1 ? 'it' : 'them'}: {counts.new === 1 ? 'it becomes' : 'they become'}{' '}
        the first baseline.
      </Step>
    );
  }
  const added = counts.newUndecided - missing.renamed;
  if (added > 0) {
    const hidden = renamedRuns(visit);
    const waiting = order.filter((id) => isUndecided(visit.store.row(id)!) && !hidden.has(id));
    return (
      <Step
        icon="new"
        state="new"
        actions={
          <>
            <button type="button" className="button small" onClick={() => onOpen(waiting[0]!)}>
              Review the first
            </button>
            {mayReview && (
              <button
                type="button"
                className="button small"
                onClick={() => visit.decisions.judge(waiting, 'approved')}
              >
                Approve {waiting.length === 1 ? 'it' : `all ${waiting.length.toLocaleString('en-US')}`}
              </button>
            )}
          </>
        }
      >
        {plural(added, 'new page waits', 'new pages wait')} for a decision.{' '}
        {added === 1 ? 'Approved, it becomes its' : 'Approved, they become their'} first baseline.
      </Step>
    );
  }
  if (missing.renamed > 0) {
    return (
      <Step
        icon="renamed"
        state="renamed"
        actions={
          <button type="button" className="button small" onClick={onShowMissing}>
            Show
          </button>
        }
      >
        {plural(missing.renamed, 'page has', 'pages have')} another name and{' '}
        {missing.renamed === 1 ? 'looks' : 'look'} the same as before.
      </Step>
    );
  }
  if (missing.missing > 0) {
    return (
      <Step
        icon="missing"
        state={missing.undecided > 0 ? 'missing' : 'expected'}
        actions={
          <button type="button" className="button small" onClick={onShowMissing}>
            Show
          </button>
        }
      >
        <Missing counts={counts} missing={missing} baseline={baseline} />
      </Step>
    );
  }
  if (counts.same === counts.total)
    return (
      <Step icon="picked" state="approved">
        <SameAs total={counts.total} baseline={baseline} />.
      </Step>
    );
  if (counts.new === counts.total)
    return (
      <Step icon="new" state="new">
        {release.status === 'good' && release.decidedBy === 'server'
          ? `Nothing to compare with yet: ${counts.total === 1 ? 'this page is' : `these ${counts.total.toLocaleString('en-US')} pages are`} the first baseline, because the build accepts what is new on a main branch.`
          : 'Nothing to compare with yet: all pages are new.'}
      </Step>
    );
  return (
    <Step icon="picked" state="approved">
      All decisions made: {counts.approved.toLocaleString('en-US')} approved,{' '}
      {counts.rejected.toLocaleString('en-US')} rejected
      {counts.new > 0 && `, ${counts.new.toLocaleString('en-US')} new`}
      {counts.accepted > 0 && `, ${plural(counts.accepted, 'failure')} accepted`}.
    </Step>
  );
}

/** `Runs are still arriving, in 5 shards.` */
function arrivingWords(shards: Release['shards']): string {
  const total = shards?.total ?? null;
  return total === null
    ? 'Runs are still arriving.'
    : `Runs are still arriving, in ${plural(total, 'shard')}.`;
}

/** `shard 3 of 5 never reported` as a sentence. */
function sentence(text: string): string {
  return `${capitalized(text)}.`;
}

/** The new runs of renamed pages. */
function renamedRuns({ store: { missing } }: Visit): Set<number> {
  return new Set(missing.state.order.flatMap((id) => missing.page(id)?.renamed?.runId ?? []));
}

/** `2 pages of the baseline are not in this release.` */
function Missing({
  counts: { same, total },
  missing: { missing, undecided },
  baseline,
}: {
  counts: RunCounts;
  missing: MissingCounts;
  baseline: Release | null;
}) {
  const pages = plural(missing, 'page of the baseline is', 'pages of the baseline are');
  const rest = undecided === 0 ? 'missing and must come back.' : 'not in this release.';
  return (
    <>
      {same === total && total > 0 && (
        <>
          <SameAs total={total} baseline={baseline} />, but{' '}
        </>
      )}
      {pages} {rest}
    </>
  );
}

/** `All 4 runs look the same as v1 #1` */
function SameAs({ total, baseline }: { total: number; baseline: Release | null }) {
  return (
    <>
      {total === 1 ? 'The run looks' : `All ${total.toLocaleString('en-US')} runs look`} the same as{' '}
      {baseline === null ? 'before' : <bdi>{shortName(`${baseline.name} #${baseline.number}`)}</bdi>}
    </>
  );
}

const lookMs = 5_000;

/** Polls while runs wait: a missing worker is not a change that the server can push. */
function useWorkerAbsence({ key, store }: Visit): WorkerAbsence | null {
  const { counts, release } = useReleaseState(store);
  const mayWait = counts.waiting > 0 && (release?.status === 'receiving' || release?.status === 'processing');
  const { data } = useQuery({
    ...queries.workerAbsence(key, release?.version ?? 0),
    enabled: mayWait,
    refetchInterval: lookMs,
  });
  return mayWait ? (data ?? null) : null;
}

function timeOf(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

function Step(props: { icon: IconName; state?: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="next-step" data-state={props.state}>
      <Icon name={props.icon} size={14} />
      <span className="next-step-words ellipsis">{props.children}</span>
      {props.actions}
    </div>
  );
}

function Failures({ visit, mayReview, onShowFailed, onAcceptFailed }: NextStepProps) {
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
    <Step
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
    </Step>
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
