import './comments.css';
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { DetailsPanel } from '../../kit/details-panel.tsx';
import { plural } from '../../kit/format.ts';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import { queries } from '../api/queries.ts';
import { ProblemBanner } from '../states/problem.tsx';
import { useReleaseState, type Visit } from '../visit/visit.ts';
import { CommentForm } from './comment-form.tsx';
import { talkActions } from './talk-actions.ts';
import { ThreadView } from './thread.tsx';
import type { Thread } from '../visit/talk-store.ts';
import { useTalk, type Pointing } from './use-talk.ts';

interface CommentsPanelProps {
  visit: Visit;
  /** The run that is open; null: all of the release. */
  run: { id: number; name: string } | null;
  /** Numbers of the threads that have a pin, by their first comment. */
  pins?: ReadonlyMap<number, number>;
  /** Null where there is no image to point at. */
  pointing: Pointing | null;
  chosen: number | null;
  isSheet: boolean;
  onChoose: (threadId: number) => void;
  onClose: () => void;
}

const noPins: ReadonlyMap<number, number> = new Map();

/** What members say about a run, or about a release and all its runs. */
export function CommentsPanel({
  visit,
  run,
  pins = noPins,
  pointing,
  chosen,
  isSheet,
  ...does
}: CommentsPanelProps) {
  const { isLoaded, problem, threads, people } = useTalk(visit, true);
  const { release } = useReleaseState(visit.store);
  const actions = useMemo(() => talkActions(visit), [visit]);
  const session = useQuery(queries.session(visit.key.buildId)).data;
  const mayManage = session?.build?.mayManage === true;
  const runId = run?.id ?? null;
  const shown = run === null ? threads : threads.filter(({ first }) => first.runId === runId);
  const about = threads.filter(({ first }) => first.runId === null);
  const body = useRef<HTMLDivElement>(null);
  const [takesFocus] = useState(!isSheet && chosen === null);
  const names = useMemo(() => namesOf(visit, threads), [visit, threads]);

  // Only as it opens: with every run that follows, the keys of the list would be written into the field.
  useLayoutEffect(() => {
    if (isLoaded && takesFocus) body.current?.querySelector<HTMLElement>('.comments-new textarea')?.focus();
  }, [isLoaded, takesFocus]);
  useEffect(() => {
    if (chosen === null || !isLoaded) return;
    const thread = body.current?.querySelector(`[data-thread="${chosen}"]`);
    thread?.scrollIntoView({ block: 'nearest' });
  }, [chosen, isLoaded]);

  return (
    <DetailsPanel
      id="comments"
      title="Comments"
      keys="Shift+C"
      isSheet={isSheet}
      isHidden={isSheet && pointing?.isPointing === true}
      onClose={does.onClose}
    >
      <div className="comments" ref={body} data-loaded={isLoaded || undefined}>
        {problem !== null && <ProblemBanner error={problem} onRetry={() => void visit.talk.reload()} />}
        {isLoaded && shown.length === 0 && (
          <p className="comments-empty muted text-13">
            {run === null ? 'No comments on this release yet.' : 'No comments on this run yet.'}{' '}
            {pointing !== null && 'A comment can point at a place in the image.'}
          </p>
        )}
        {shown.map((thread) => {
          const { first } = thread;
          const pin = pins.get(first.id) ?? null;
          const name = first.runId === null || run !== null ? null : (names.get(first.runId) ?? null);
          return (
            <div key={first.id} className="comments-item">
              {name !== null && release !== null && (
                <Link
                  to="/run"
                  search={{
                    id: String(release.buildId),
                    name: release.name,
                    number: String(release.number),
                    test: name,
                    comments: String(first.id),
                  }}
                  className="comments-run text-12"
                >
                  <MiddleCut text={name} />
                </Link>
              )}
              <ThreadView
                thread={thread}
                pin={pin}
                isElsewhere={run !== null && first.place !== null && pin === null}
                isChosen={chosen === first.id}
                people={people}
                mayManage={mayManage}
                actions={actions}
                onChoose={() => does.onChoose(first.id)}
              />
            </div>
          );
        })}
        {isLoaded && (
          <div className="comments-new">
            {pointing !== null && <Place pointing={pointing} />}
            <CommentForm
              key={runId}
              label={run === null ? 'Comment on this release' : 'Comment on this run'}
              send="Comment"
              people={people}
              text={visit.talk.drafts.get(runId) ?? ''}
              onDraft={(text) => visit.talk.drafts.set(runId, text)}
              onSend={async (text) => {
                const place = pointing?.place ?? null;
                const isSaved = await actions.add({
                  text,
                  place,
                  ...(run !== null && { runName: run.name }),
                });
                if (isSaved) pointing?.pick(null);
                return isSaved;
              }}
            />
          </div>
        )}
        {run !== null && about.length > 0 && release !== null && (
          <p className="comments-more text-12">
            <Link
              to="/release"
              search={{
                id: String(release.buildId),
                name: release.name,
                number: String(release.number),
                comments: 'on',
              }}
            >
              {plural(about.length, 'thread')} about the release
            </Link>
          </p>
        )}
      </div>
    </DetailsPanel>
  );
}

function Place({ pointing }: { pointing: Pointing }) {
  const { isPointing, place } = pointing;
  if (isPointing)
    return (
      <p className="comments-place line text-12" role="status">
        <span>Click the place in an image.</span>
        <button type="button" className="button small" onClick={pointing.stop}>
          Cancel
        </button>
      </p>
    );
  return (
    <p className="comments-place line text-12">
      {place === null ? (
        <button type="button" className="button small" onClick={pointing.start}>
          Point at a place
        </button>
      ) : (
        <>
          <span className="tabular">
            At {place.x.toLocaleString('en-US')}, {place.y.toLocaleString('en-US')}
            {place.side === 'before' && ' of the baseline'}
          </span>
          <button type="button" className="button small" onClick={() => pointing.pick(null)}>
            No place
          </button>
        </>
      )}
    </p>
  );
}

function namesOf({ store }: Visit, threads: readonly Thread[]): Map<number, string> {
  return new Map(
    threads.flatMap(({ first: { runId } }) => {
      const row = runId === null ? undefined : store.row(runId);
      return row === undefined ? [] : [[row.id, row.name] as const];
    }),
  );
}
