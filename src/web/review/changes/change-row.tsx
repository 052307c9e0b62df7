import { memo, useLayoutEffect, useRef } from 'react';
import { StateMark } from '../../kit/state-mark.tsx';
import { byActor } from '../decisions/actor-name.ts';
import { ChangeCrops } from './change-crop.tsx';
import { changeTitle, earlierWords, kindWord, whereWords, type ListedChange } from './change-words.ts';

/** What was decided, or in how many runs it waits; below it, what else there is to know. */
function ChangeState({ change, needed }: { change: ListedChange; needed: number }) {
  const { decision, openRuns, approvals } = change;
  const open = `${openRuns.toLocaleString('en-US')} open`;
  if (decision !== null) {
    const { verdict, by } = decision;
    const isApproved = verdict === 'approved';
    return (
      <>
        <StateMark
          state={verdict}
          icon={isApproved ? 'picked' : 'rejected'}
          word={isApproved ? 'Approved' : 'Rejected'}
        />
        <span className="muted text-12 ellipsis">
          {openRuns > 0 ? `${open}, left out` : byActor(by).trim()}
        </span>
      </>
    );
  }
  if (openRuns === 0) return <StateMark state="same" icon="picked" word="Decided run by run" />;
  return (
    <>
      <StateMark state="differs" icon="differs" word={open} />
      {approvals > 0 && (
        <span className="muted text-12">
          {approvals} of {needed} approvals
        </span>
      )}
    </>
  );
}

export const ChangeRow = memo(function ChangeRow({
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
  const button = useRef<HTMLButtonElement>(null);
  // Before the next key, which may be Enter: it goes to what has the focus.
  useLayoutEffect(() => {
    if (!isCurrent) return;
    row.current?.scrollIntoView({ block: 'nearest' });
    // The focus moves with it, if it is in the list; after a change was closed, it is nowhere.
    const { activeElement } = document;
    if (activeElement === document.body || row.current?.parentElement?.contains(activeElement) === true)
      button.current?.focus({ preventScroll: true });
  }, [isCurrent]);
  const { sample, approvedEarlier } = change;
  return (
    <li ref={row} className="change-row" data-current={isCurrent || undefined}>
      <button
        ref={button}
        type="button"
        className="change-open"
        aria-current={isCurrent || undefined}
        onClick={() => onOpen(change.fingerprint)}
      >
        <ChangeCrops buildId={buildId} sample={sample} size={{ width: 320, height: 72 }} />
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
          <ChangeState change={change} needed={needed} />
        </span>
      </button>
    </li>
  );
});
