import { useQuery } from '@tanstack/react-query';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { StateMark } from '../../kit/state-mark.tsx';
import type { ReleaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import { newOperationId } from '../decisions/operation-id.ts';
import { toast } from '../frame/toasts.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import { ChangeCrops } from './change-crop.tsx';
import { ChangeGroup } from './change-group.tsx';
import {
  changeTitle,
  earlierWords,
  decidedWords,
  kindWord,
  leftWords,
  undoneWords,
  whereWords,
  type ChangeDetail,
  type ChangeVerdict,
  type ListedChange,
} from './change-words.ts';
import './changes.css';

interface ChangesPanelProps {
  buildId: number;
  /** Approvals that a run needs. */
  needed: number;
  releaseId: number;
  /** Version of the release on screen; a new one loads the changes again. */
  version: number;
  mayReview: boolean;
  /** Address of a run's page, without the run. */
  search: Omit<ReleaseSearch, 'mode'>;
}

interface Opened {
  fingerprint: string;
  asks: ChangeVerdict | null;
}

/** The changes of a release, the biggest open one first; one of them opened. Its keys are those of the list of runs. */
export function ChangesPanel(props: ChangesPanelProps) {
  const { buildId, needed, releaseId, version, mayReview, search } = props;
  const { data, error } = useQuery(queries.changes({ releaseId }, version));
  const [current, setCurrent] = useState<string | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const acts = useRef<string[]>([]);
  const changes = data?.changes ?? [];
  const at = changes.findIndex(({ fingerprint }) => fingerprint === current);
  const go = (by: number) => () => {
    const next = changes[Math.max(0, Math.min(changes.length - 1, at < 0 ? 0 : at + by))];
    if (next !== undefined) setCurrent(next.fingerprint);
  };
  const open = useCallback((fingerprint: string, asks: ChangeVerdict | null = null) => {
    setCurrent(fingerprint);
    setOpened({ fingerprint, asks });
  }, []);
  const openCurrent = (asks: ChangeVerdict | null) => () => {
    const one = changes[Math.max(0, at)];
    if (one !== undefined) open(one.fingerprint, asks);
  };
  /** A release that became good by itself is in review again once a decision that made it so is undone. */
  const undoInReview = (operationId: string) =>
    api.undoDecision({ buildId, operationId }).catch(async (problem: unknown) => {
      if (data === undefined || toProblem(problem).details['decided_by'] !== 'server') throw problem;
      const { name: releaseName, number: releaseNumber } = data.release;
      await api.reviewRelease({ buildId, releaseName, releaseNumber, decision: 'reopen' });
      return api.undoDecision({ buildId, operationId });
    });
  const undo = async (operationId: string) => {
    try {
      const answer = await undoInReview(operationId);
      acts.current = acts.current.filter((each) => each !== operationId);
      toast(undoneWords(answer));
    } catch (problem) {
      toast(toProblem(problem).message, { tone: 'problem' });
    }
  };
  const decide = async (
    verdict: ChangeVerdict,
    change: ChangeDetail,
    except: readonly number[],
    isAnyway = false,
  ) => {
    const { fingerprint } = change;
    const operationId = newOperationId();
    const exceptRunIds = except.length === 0 ? undefined : [...except];
    try {
      const answer = await api.reviewChange({
        ...{ releaseId, fingerprint, verdict, operationId, exceptRunIds },
        version: isAnyway ? undefined : data?.release.version,
      });
      acts.current.push(operationId);
      setOpened(null);
      setCurrent(nextOpen(changes, fingerprint));
      toast(decidedWords(verdict, answer), { undo: () => void undo(operationId) });
    } catch (problem) {
      const { code, details, message } = toProblem(problem);
      // Someone decided otherwise meanwhile: the message says who and what.
      const isStale = code === 'conflict' && typeof details['at'] === 'number' && !isAnyway;
      const label = verdict === 'approved' ? 'Approve anyway' : 'Reject anyway';
      const anyway = { label, run: () => void decide(verdict, change, except, true) };
      toast(message, { tone: 'problem', ...(isStale && { action: anyway }) });
    }
  };
  const shownCount = useGrowing(changes.length, Math.max(firstRows, at + 1));
  const status = data?.release.status;
  const mayDecide = mayReview && status !== 'good' && status !== 'bad';
  const isListed = opened === null;
  useShortcuts(
    'Move',
    isListed
      ? [
          { keys: ['j', 'ArrowDown'], does: 'next change', run: go(1) },
          { keys: ['k', 'ArrowUp'], does: 'previous change', run: go(-1) },
          { keys: ['o', 'Enter'], does: 'open the change', run: openCurrent(null) },
        ]
      : [],
  );
  useShortcuts('Decide', [
    ...(isListed && mayDecide
      ? [
          { keys: ['y'], does: 'approve the change in all its runs', run: openCurrent('approved') },
          { keys: ['n'], does: 'reject the change in all its runs', run: openCurrent('rejected') },
        ]
      : []),
    ...(mayReview
      ? [
          {
            keys: ['Ctrl+Z'],
            shown: 'Ctrl or ⌘ Z',
            does: 'undo the last decision on a change',
            run: () => {
              const last = acts.current.at(-1);
              if (last !== undefined) void undo(last);
            },
          },
        ]
      : []),
  ]);
  if (opened !== null) {
    return (
      <ChangeGroup
        key={`${opened.fingerprint} ${opened.asks}`}
        {...{ buildId, needed, releaseId, version, mayReview, mayDecide, search, ...opened }}
        onDecide={(verdict, change, except) => void decide(verdict, change, except)}
        onUndo={(operationId) => void undo(operationId)}
        onClose={() => setOpened(null)}
      />
    );
  }
  if (data === undefined) {
    return <p className="muted changes-note">{error === null ? 'Loading the changes…' : error.message}</p>;
  }
  return (
    <section className="changes" aria-labelledby="changes-heading">
      <h2 id="changes-heading" className="list-heading muted text-12 tabular">
        {leftWords(data.decisionsLeft, data.runsLeft)}
      </h2>
      {changes.length === 0 && <NoChanges runsLeft={data.runsLeft} />}
      <ul className="changes-list">
        {changes.slice(0, shownCount).map((change) => (
          <ChangeRow
            key={change.fingerprint}
            buildId={buildId}
            needed={needed}
            change={change}
            isCurrent={change.fingerprint === current}
            onOpen={open}
          />
        ))}
      </ul>
      {data.total > changes.length && (
        <p className="muted changes-note">
          The {changes.length.toLocaleString('en-US')} with the most open runs of{' '}
          {data.total.toLocaleString('en-US')} changes. The others follow when these are decided.
        </p>
      )}
    </section>
  );
}

/** Rows that are rendered at once; the others follow in steps, so that no frame is late. */
const firstRows = 24;
const stepRows = 24;

/** How many of `count` rows to render: `first`, then more with every task, then all. */
function useGrowing(count: number, first: number): number {
  const [grown, setGrown] = useState(first);
  const shown = Math.min(count, Math.max(grown, first));
  useEffect(() => {
    if (shown >= count) return;
    const more = setTimeout(() => setGrown(shown + stepRows));
    return () => clearTimeout(more);
  }, [shown, count]);
  return shown;
}

/** The change to look at after a decision: the next open one. */
function nextOpen(changes: readonly ListedChange[], decided: string): string | null {
  const open = changes.filter(({ fingerprint, openRuns }) => openRuns > 0 && fingerprint !== decided);
  return open[0]?.fingerprint ?? null;
}

function openWords({ openRuns, approvals }: ListedChange, needed: number): string {
  const open = `${openRuns.toLocaleString('en-US')} open`;
  return approvals === 0 ? open : `${open} · ${approvals} of ${needed} approvals`;
}

const ChangeRow = memo(function ChangeRow({
  buildId,
  needed,
  change,
  isCurrent,
  onOpen,
}: {
  buildId: number;
  needed: number;
  change: ListedChange;
  isCurrent: boolean;
  onOpen: (fingerprint: string) => void;
}) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  const { sample, decision, openRuns, approvedEarlier } = change;
  const isOpen = openRuns > 0;
  return (
    <li ref={row} className="change-row" data-current={isCurrent || undefined}>
      <button
        type="button"
        className="change-open"
        aria-current={isCurrent || undefined}
        onClick={() => onOpen(change.fingerprint)}
      >
        <ChangeCrops buildId={buildId} sample={sample} size={{ width: 200, height: 64 }} />
        <span className="change-title">
          <bdi className="change-name" title={changeTitle(sample)}>
            {changeTitle(sample)}
          </bdi>
          <span className="muted text-12 tabular">
            {sample.name === null ? '' : `${kindWord(sample)} `}
            {whereWords(change)}
            {approvedEarlier !== null && (
              <>
                {' · '}
                <bdi>{earlierWords(approvedEarlier)}</bdi>
              </>
            )}
          </span>
        </span>
        <span className="change-state">
          {decision !== null && !isOpen ? (
            <StateMark
              state={decision.verdict}
              word={decision.verdict === 'approved' ? 'Approved' : 'Rejected'}
            />
          ) : (
            <StateMark
              state={isOpen ? 'differs' : 'same'}
              word={isOpen ? openWords(change, needed) : 'Decided run by run'}
            />
          )}
        </span>
      </button>
    </li>
  );
});

function NoChanges({ runsLeft }: { runsLeft: number }) {
  return (
    <p className="muted changes-note">
      {runsLeft === 0
        ? 'Nothing changed in this release.'
        : 'These runs cannot be decided by their changes. Look at them one by one: Shift+G shows the runs.'}
    </p>
  );
}
