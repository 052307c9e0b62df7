import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ReleaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';
import { newOperationId } from '../decisions/operation-id.ts';
import { toast } from '../frame/toasts.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import type { Visit } from '../visit/visit.ts';
import { ChangeGroup } from './change-group.tsx';
import { ChangeRow } from './change-row.tsx';
import {
  decidedWords,
  leftWords,
  type ChangeDetail,
  type ChangeVerdict,
  type ListedChange,
} from './change-words.ts';
import './changes.css';

interface ChangesPanelProps {
  visit: Visit;
  /** Approvals that a run needs. */
  needed: number;
  /** As on screen; a new version loads the changes again. */
  release: Release;
  mayReview: boolean;
  /** Address of a run's page, without the run. */
  search: ReleaseSearch;
  /** Fingerprint of the change that is open. */
  opened: string | null;
  onOpen: (fingerprint: string | null) => void;
}

interface Question {
  fingerprint: string;
  verdict: ChangeVerdict;
}

/** The changes of a release, the biggest open one first; one of them opened. Its keys are those of the list of runs. */
export function ChangesPanel(props: ChangesPanelProps) {
  const { visit, needed, release, mayReview, search, opened, onOpen } = props;
  const { buildId } = visit.key;
  const { id: releaseId, version, status } = release;
  const { data, error } = useQuery(queries.changes({ releaseId }, version));
  const [current, setCurrent] = useState<string | null>(opened);
  const [asked, setAsked] = useState<Question | null>(null);
  const changes = data?.changes ?? [];
  const at = changes.findIndex(({ fingerprint }) => fingerprint === current);
  const go = (by: number) => () => {
    const next = changes[Math.max(0, Math.min(changes.length - 1, at < 0 ? 0 : at + by))];
    if (next !== undefined) setCurrent(next.fingerprint);
  };
  const goOpen = (by: 1 | -1) => () => {
    const next = nextOpen(changes, current, by);
    if (next === null) toast('There are no more decisions to make.');
    else setCurrent(next);
  };
  const openedNow = useRef(opened);
  useLayoutEffect(() => {
    openedNow.current = opened;
    if (opened !== null) setCurrent(opened);
    else setAsked(null);
  }, [opened]);
  const open = useCallback(
    (fingerprint: string) => {
      setCurrent(fingerprint);
      onOpen(fingerprint);
    },
    [onOpen],
  );
  const openCurrent = (verdict: ChangeVerdict | null) => () => {
    const one = changes[Math.max(0, at)];
    if (one === undefined) return;
    setAsked(verdict === null ? null : { fingerprint: one.fingerprint, verdict });
    open(one.fingerprint);
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
      // The person may have left it meanwhile.
      if (openedNow.current === fingerprint) {
        onOpen(null);
        setCurrent(nextOpen(changes, fingerprint, 1));
      }
      visit.decisions.changeDecided(
        { fingerprint, operationId, release: answer.release },
        decidedWords(verdict, answer),
      );
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
  const mayDecide = mayReview && status !== 'good' && status !== 'bad';
  const isListed = opened === null;
  useShortcuts(
    'Move',
    isListed
      ? [
          { keys: ['j', 'ArrowDown'], does: 'next change', run: go(1) },
          { keys: ['k', 'ArrowUp'], does: 'previous change', run: go(-1) },
          { keys: ['Shift+J'], does: 'next change that needs a decision', run: goOpen(1) },
          { keys: ['Shift+K'], does: 'previous change that needs a decision', run: goOpen(-1) },
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
            does: 'undo the last decision',
            run: () => {
              const { fingerprint } = visit.decisions.undo() ?? {};
              if (fingerprint !== undefined) setCurrent(fingerprint);
            },
          },
        ]
      : []),
  ]);
  if (opened !== null) {
    const asks = asked?.fingerprint === opened ? asked.verdict : null;
    return (
      <ChangeGroup
        key={`${opened} ${asks}`}
        {...{ buildId, needed, releaseId, version, fingerprint: opened, asks, mayReview, mayDecide, search }}
        onDecide={(verdict, change, except) => void decide(verdict, change, except)}
        onUndo={(operationId) => visit.decisions.undoChange(opened, operationId)}
        onClose={() => onOpen(null)}
      />
    );
  }
  if (data === undefined) {
    return <p className="muted changes-note">{error === null ? 'Loading the changes…' : error.message}</p>;
  }
  return (
    <section className="changes" aria-labelledby="changes-heading">
      <h2 id="changes-heading" className="list-heading muted text-12 tabular">
        {leftWords(data)}
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

/** The next change that waits for a decision, or the previous one, around the end of the list; null: no other does. */
function nextOpen(changes: readonly ListedChange[], from: string | null, by: 1 | -1): string | null {
  const at = changes.findIndex(({ fingerprint }) => fingerprint === from);
  const others = [...changes.slice(at + 1), ...changes.slice(0, Math.max(0, at))];
  const open = others.filter(({ openRuns }) => openRuns > 0);
  return open.at(by === 1 ? 0 : -1)?.fingerprint ?? null;
}

function NoChanges({ runsLeft }: { runsLeft: number }) {
  return (
    <p className="muted changes-note">
      {runsLeft === 0
        ? 'Nothing changed in this release.'
        : 'These runs cannot be decided by their changes. Look at them one by one: Shift+G shows the runs.'}
    </p>
  );
}
