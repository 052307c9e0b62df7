import '../../kit/message.css';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { formatAgo } from '../../kit/format.ts';
import { rem } from '../../kit/text-scale.ts';
import { useMatch } from '../../kit/use-match.ts';
import { wholeNumber, type ReleaseSearch } from '../address/addresses.ts';
import type { Release } from '../api/shapes.ts';
import { byActor } from '../decisions/actor-name.ts';
import { CommentsPanel } from '../comments/comments-panel.tsx';
import { CommentsTool } from '../comments/comments-tool.tsx';
import { useKeepsTalkPlace, useMayComment, useTalk } from '../comments/use-talk.ts';
import { ReleaseVerdict } from '../visit/release-verdict.tsx';
import { AcceptFailuresDialog } from '../visit/accept-failures-dialog.tsx';
import { SameChangesDialog } from '../visit/same-changes-dialog.tsx';
import { useMayDecide } from '../visit/newer-attempt.ts';
import { Page } from '../frame/page.tsx';
import { ChangesPanel } from '../changes/changes-panel.tsx';
import { useChangesAhead } from '../changes/use-changes-ahead.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import { EnvironmentBanner } from './environment-banner.tsx';
import { FilterBar } from './filter-bar.tsx';
import { ModeSwitch } from './mode-switch.tsx';
import { NextStep } from './next-step.tsx';
import { ComparedWith, Progress } from './release-summary.tsx';
import { lateWords } from '../runs/release-words.ts';
import { isReviewable } from '../runs/run-row.ts';
import { lastImageSearch } from './missing-item.tsx';
import { RunsList } from './runs-list.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { ReleaseMark } from '../runs/state-mark.tsx';
import { useListKeys } from './use-list-keys.ts';
import { useListShape } from './use-list-shape.ts';
import { useNow } from '../visit/use-now.ts';
import { useCurrent, useMergeWhileWatching, useScrollPlace } from './use-place.ts';
import { useSectionsWithMissing, useShownIds, viewRequestOf } from '../visit/use-sections.ts';
import { useVariants } from './use-variants.ts';
import { useSelection } from './use-selection.ts';
import { useStable } from './use-stable.ts';
import { useViewAddress } from './use-view-address.ts';
import { useMissing, useReleaseState, type Visit } from '../visit/visit.ts';
import './release.css';

const phone = '(max-width: 45rem)';
const barHeight = { selection: 52, phone: 64 };

/** The release page for a known address; its layout is final before the first answer. */
export function ReleaseScreen({ visit, search }: { visit: Visit; search: ReleaseSearch }) {
  const { store } = visit;
  const state = useReleaseState(store);
  const mayReview = useMayDecide(visit);
  const isPhone = useMatch(phone);
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<readonly number[] | null>(null);
  const [accepting, setAccepting] = useState<readonly number[] | null>(null);

  const address = useViewAddress(search);
  const showsRuns = address.mode === 'runs';
  useChangesAhead(visit, !showsRuns);
  const request = useMemo(() => viewRequestOf(address.view), [address.view]);
  const variants = useVariants(store, useSectionsWithMissing(visit, request));
  const { sections } = variants;
  const shown = useShownIds(sections);
  const shape = useListShape(address.layout, isPhone, scroller);
  const isRunReviewable = (id: number) => {
    const row = store.row(id);
    return row !== undefined && isReviewable(row);
  };
  const maySelect = (id: number) => variants.membersOf(id).some(isRunReviewable);
  const selection = useSelection(shown, maySelect);
  const [current, setCurrent] = useCurrent(visit);
  const navigate = useNavigate();

  const open = (id: number) => {
    const lastImage = lastImageSearch(visit, id);
    if (lastImage !== null) {
      setCurrent(id);
      void navigate({ to: '/run', search: lastImage });
      return;
    }
    const row = store.row(id);
    if (row === undefined) return;
    setCurrent(id);
    void navigate({ to: '/run', search: { ...address.view, test: row.name } });
  };
  const askSameChanges = (id: number) => {
    const ids = visit.decisions.sameChanges(id);
    if (ids.length > 0) setAsked(ids);
    else visit.decisions.judge([id], 'approved');
  };
  const judgeSelected = (verdict: 'approved' | 'rejected') => {
    visit.decisions.judge(shown.filter((id) => selection.ids.has(id)).flatMap(variants.membersOf), verdict);
    selection.clear();
  };
  const showNextVariant = (id: number) => {
    const next = variants.next(id);
    if (selection.ids.has(id)) {
      selection.toggle(id, false);
      selection.toggle(next, false);
    }
    setCurrent(next);
  };
  const selectedRuns = shown
    .filter((id) => selection.ids.has(id))
    .flatMap(variants.membersOf)
    .filter(isRunReviewable);
  const showLate = () => {
    store.takeOrder();
    store.missing.takeOrder();
    scroller.current?.scrollTo({ top: 0 });
  };
  useListKeys({
    visit,
    shown,
    columns: shape.columns,
    current,
    selection,
    mayReview: mayReview === true,
    setCurrent,
    open,
    askSameChanges,
    membersOf: variants.membersOf,
    askAccept: (ids) => setAccepting(ids),
    nextVariant: (id) => showNextVariant(id),
    judgeSelected,
    searchField,
    clear: () => address.clear(),
    toggleLayout: () => address.setLayout(address.layout === 'row' ? 'card' : 'row'),
    isActive: showsRuns,
  });
  useShortcuts('Look', [
    {
      keys: ['Shift+G'],
      does: 'runs or changes',
      run: () => address.setMode(showsRuns ? 'changes' : 'runs'),
    },
  ]);
  const mayComment = useMayComment(visit.key.buildId);
  const keepsTalkPlace = useKeepsTalkPlace(visit.key.buildId);
  const isNarrow = useMatch('(max-width: 68.75rem)');
  const tools = useRef<HTMLDivElement>(null);
  const [showsTalk, setShowsTalk] = useState((search.comments ?? '') !== '');
  const thread = wholeNumber(search.comments ?? '');
  const { threads } = useTalk(visit, showsTalk);
  const openThreads = threads.filter(({ first }) => first.resolvedAt === null).length;
  const toggleTalk = () => setShowsTalk(!showsTalk);
  useShortcuts('Panels', mayComment ? [{ keys: ['Shift+C'], does: 'comments', run: toggleTalk }] : []);
  useMergeWhileWatching(visit, scroller, selection.ids.size === 0 && current === null);
  useScrollPlace(visit, scroller);

  const onVariant = useStable(showNextVariant);
  const select = useStable((id: number, isRange: boolean) => selection.toggle(id, isRange));
  const openRun = useStable(open);
  const openChange = useStable((fingerprint: string | null) => void address.setChange(fingerprint));
  const sameChanges = useStable(askSameChanges);

  const { release, build, counts } = state;
  const modes = (
    <div className="line release-modes">
      <ModeSwitch mode={address.mode} release={release} runs={counts.total} onMode={address.setMode} />
      {(mayComment || keepsTalkPlace) && (
        <CommentsTool count={openThreads} isOpen={showsTalk} isHidden={!mayComment} onClick={toggleTalk} />
      )}
    </div>
  );
  const isLoaded = release !== null;
  const missing = useMissing(store);
  const late = lateWords(state.late, missing.late);
  const hasVerdictBar = isPhone && mayReview === true;
  const verdict = <ReleaseVerdict visit={visit} onShowLate={showLate} />;
  return (
    <Page
      title={`${search.name} #${search.number}`}
      crumbs={[{ label: build?.name ?? 'Build', link: { to: '/build', search: { id: search.id } } }]}
      state={isPhone || release === null ? undefined : <ReleaseNow release={release} now={now} />}
      actions={isPhone ? undefined : verdict}
      layout="fixed"
      skip={[showsRuns ? ['runs', 'Skip to runs'] : ['changes', 'Skip to changes']]}
      bottomBar={selection.ids.size > 0 ? barHeight.selection : hasVerdictBar ? barHeight.phone : 0}
    >
      <div className="release-with-talk">
        <div className="release-page grow" data-selecting={selection.ids.size > 0 || undefined}>
          <div className="release-scroller" ref={scroller}>
            <div className="release-inner" aria-busy={!isLoaded || undefined}>
              {isPhone && (
                <div className="release-now-line">
                  {release !== null && <ReleaseNow release={release} now={now} />}
                </div>
              )}
              {release === null ? (
                <div className="compared-with" />
              ) : (
                <ComparedWith visit={visit} release={release} now={now} />
              )}
              <EnvironmentBanner visit={visit} />
              <Progress counts={isLoaded ? counts : null} missing={missing.counts}>
                {isPhone ? null : modes}
              </Progress>
              <NextStep
                visit={visit}
                mayReview={mayReview === true}
                onShowFailed={() => address.setFilters(['failed'])}
                onAcceptFailed={setAccepting}
                onShowMissing={() => address.setFilters(['missing'])}
                onOpen={open}
              />
              <div ref={tools} className="release-tools">
                {isPhone && modes}
                {showsRuns && (
                  <FilterBar
                    counts={
                      isLoaded
                        ? { ...counts, missing: missing.counts.missing + missing.counts.renamed }
                        : null
                    }
                    hasMissing={store.missing.size > 0}
                    request={request}
                    layout={address.layout}
                    search={searchField}
                    onFilters={address.setFilters}
                    onText={address.setText}
                    onGrouping={address.setGrouping}
                    onLayout={address.setLayout}
                  />
                )}
                {late !== null && (
                  <button type="button" className="late-pill line" onClick={showLate}>
                    <span>{late}</span> · <strong>Show</strong>
                  </button>
                )}
              </div>
              {!showsRuns && release !== null && (
                <div id="changes" tabIndex={-1}>
                  <ChangesPanel
                    visit={visit}
                    needed={build?.approvals ?? 1}
                    release={release}
                    mayReview={mayReview === true}
                    search={address.written}
                    opened={address.change}
                    onOpen={openChange}
                  />
                </div>
              )}
              {!isLoaded && <SkeletonList itemHeight={shape.itemHeight} />}
              {showsRuns && isLoaded && shown.length > 0 && (
                <RunsList
                  visit={visit}
                  sections={sections}
                  shape={shape}
                  current={current}
                  selected={selection.ids}
                  scroller={scroller}
                  topInset={() => tools.current?.offsetHeight ?? 0}
                  search={address.written}
                  mayReview={mayReview === true}
                  now={now}
                  members={variants.members}
                  onVariant={onVariant}
                  onSelect={select}
                  onOpen={openRun}
                  onSameChanges={sameChanges}
                />
              )}
              {showsRuns && isLoaded && counts.total > 0 && shown.length === 0 && (
                <NoMatch text={request.text} onClear={() => address.clear()} />
              )}
            </div>
          </div>
          {selection.ids.size > 0 ? (
            <SelectionBar
              count={selectedRuns.length}
              selectable={shown.flatMap(variants.membersOf).filter(isRunReviewable).length}
              onApprove={() => judgeSelected('approved')}
              onReject={() => judgeSelected('rejected')}
              onAll={() => selection.set(shown)}
              onClear={selection.clear}
            />
          ) : (
            hasVerdictBar && <div className="verdict-bar line">{verdict}</div>
          )}
        </div>
        {showsTalk && mayComment && (
          <CommentsPanel
            visit={visit}
            run={null}
            pointing={null}
            chosen={thread === 0 ? null : thread}
            isSheet={isNarrow}
            onChoose={() => undefined}
            onClose={toggleTalk}
          />
        )}
      </div>
      {accepting !== null && (
        <AcceptFailuresDialog visit={visit} runIds={accepting} onClose={() => setAccepting(null)} />
      )}
      {asked !== null && <SameChangesDialog visit={visit} runIds={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function ReleaseNow({ release, now }: { release: Release; now: Date }) {
  const { status, statusAt, createdAt, decidedBy, decisionNote } = release;
  const isDecided = status === 'good' || status === 'bad';
  const then = new Date(isDecided ? statusAt : createdAt);
  const ago = formatAgo(then, now);
  const replaced = decisionNote?.startsWith('superseded by ') === true;
  const except = /^Good (except \d+ rejected runs?)/.exec(decisionNote ?? '')?.[1];
  return (
    <>
      <ReleaseMark status={status} />
      <span title={then.toLocaleString('en-GB')}>
        {!isDecided
          ? `started ${ago}`
          : replaced
            ? `replaced by ${decisionNote.slice('superseded by '.length)}, ${ago}`
            : `${byActor(decidedBy).trim()} ${ago}${except === undefined ? '' : `, ${except}`}`}
      </span>
    </>
  );
}

function SkeletonList({ itemHeight }: { itemHeight: number }) {
  return (
    <div className="runs skeleton" role="status" aria-label="Loading">
      <div className="runs-skeleton-heading" />
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className="wide-row runs-skeleton-row" style={{ height: rem(itemHeight) }}>
          <span className="thumbnail line muted" />
          <span className="skeleton-bar" data-size="long" />
          <span className="skeleton-bar" data-size="short" />
        </div>
      ))}
    </div>
  );
}

function NoMatch({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <div className="empty no-match muted">
      <p>
        No runs match
        {text === '' ? (
          ' this filter'
        ) : (
          <>
            {' '}
            ‘<bdi>{text}</bdi>’
          </>
        )}
        .
      </p>
      <button type="button" className="button" onClick={onClear}>
        <Icon name="close" size={12} /> Clear filter
      </button>
    </div>
  );
}
