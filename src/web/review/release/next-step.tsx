import { capitalized } from '../../../base/capitalized.ts';
import { Link } from '@tanstack/react-router';
import { commandForAbsence, describeAbsence } from '../../../domain/tasks/worker-absence.ts';
import { plural } from '../../kit/format.ts';
import { visibleText } from '../../kit/middle-cut.tsx';
import { releaseSearch } from '../address/addresses.ts';
import type { Release } from '../api/shapes.ts';
import { isUndecided } from '../runs/run-row.ts';
import { MissingWords, SameWords } from './baseline-words.tsx';
import { FailedStep, type FailedStepProps } from './failed-step.tsx';
import { AcceptFirstBaseline, isFirstBaseline } from './first-baseline.tsx';
import { NextStepLine } from './next-step-line.tsx';
import { useBaseline } from './use-baseline.ts';
import { useWorkerAbsence } from './use-worker-absence.ts';
import { useAttempt } from '../visit/newer-attempt.ts';
import { useMissing, useReleaseState, type Visit } from '../visit/visit.ts';

interface NextStepProps extends FailedStepProps {
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
  if (release === null) return <NextStepLine icon="info">{null}</NextStepLine>;
  if (attempt.newer !== null && attempt.isReadOnly)
    return (
      <NextStepLine
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
      </NextStepLine>
    );
  if (absence !== null)
    return (
      <NextStepLine icon="warning" state="failed">
        <strong>{describeAbsence(absence, timeOf)}</strong> {plural(counts.waiting, 'run waits', 'runs wait')}{' '}
        for one: start a worker with <code>{commandForAbsence(absence)}</code>.
      </NextStepLine>
    );
  const fault = release.shards?.fault ?? null;
  if (fault !== null)
    return (
      <NextStepLine icon="warning" state="failed">
        <strong>{sentence(fault)}</strong>
        {fault.startsWith('shard') && ' Run the job again.'}
      </NextStepLine>
    );
  if (counts.failed > counts.accepted) return <FailedStep {...props} />;
  const isOpen = release.status === 'receiving' || release.status === 'processing';
  if (counts.total === 0)
    return (
      <NextStepLine icon="info">
        {release.skipReason !== null
          ? `Skipped: ${visibleText(release.skipReason)}`
          : release.status === 'receiving'
            ? 'No runs yet. They appear here as they arrive.'
            : 'This release has no runs. Nothing was compared.'}
      </NextStepLine>
    );
  if (counts.undecided > 0) {
    const first = order.find((id) => isUndecided(visit.store.row(id)!));
    return (
      <NextStepLine
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
      </NextStepLine>
    );
  }
  if (isOpen) {
    return (
      <NextStepLine icon="waiting" state="waiting">
        {release.status === 'receiving'
          ? arrivingWords(release.shards)
          : `${plural(counts.waiting, 'run waits', 'runs wait')} for a worker.`}
      </NextStepLine>
    );
  }
  if (isFirstBaseline({ counts, release })) {
    return (
      <NextStepLine
        icon="new"
        state="new"
        actions={<AcceptFirstBaseline visit={visit} mayReview={mayReview} />}
      >
        Nothing to compare with yet. If{' '}
        {counts.new === 1 ? 'this image looks' : `these ${counts.new.toLocaleString('en-US')} images look`}{' '}
        right, accept {counts.new === 1 ? 'it' : 'them'}: {counts.new === 1 ? 'it becomes' : 'they become'}{' '}
        the first baseline.
      </NextStepLine>
    );
  }
  const added = counts.newUndecided - missing.renamed;
  if (added > 0) {
    const hidden = renamedRuns(visit);
    const waiting = order.filter((id) => isUndecided(visit.store.row(id)!) && !hidden.has(id));
    return (
      <NextStepLine
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
      </NextStepLine>
    );
  }
  if (missing.renamed > 0) {
    return (
      <NextStepLine
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
      </NextStepLine>
    );
  }
  if (missing.missing > 0) {
    return (
      <NextStepLine
        icon="missing"
        state={missing.undecided > 0 ? 'missing' : 'expected'}
        actions={
          <button type="button" className="button small" onClick={onShowMissing}>
            Show
          </button>
        }
      >
        <MissingWords counts={counts} missing={missing} baseline={baseline} />
      </NextStepLine>
    );
  }
  if (counts.same === counts.total)
    return (
      <NextStepLine icon="picked" state="approved">
        <SameWords total={counts.total} baseline={baseline} />.
      </NextStepLine>
    );
  if (counts.new === counts.total)
    return (
      <NextStepLine icon="new" state="new">
        {release.status === 'good' && release.decidedBy === 'server'
          ? `Nothing to compare with yet: ${counts.total === 1 ? 'this page is' : `these ${counts.total.toLocaleString('en-US')} pages are`} the first baseline, because the build accepts what is new on a main branch.`
          : 'Nothing to compare with yet: all pages are new.'}
      </NextStepLine>
    );
  return (
    <NextStepLine icon="picked" state="approved">
      All decisions made: {counts.approved.toLocaleString('en-US')} approved,{' '}
      {counts.rejected.toLocaleString('en-US')} rejected
      {counts.new > 0 && `, ${counts.new.toLocaleString('en-US')} new`}
      {counts.accepted > 0 && `, ${plural(counts.accepted, 'failure')} accepted`}.
    </NextStepLine>
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

function timeOf(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
