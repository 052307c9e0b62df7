import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { isPending } from '../../../domain/runs/run-status.ts';
import { announce } from '../../kit/announcer.tsx';
import { Icon } from '../../kit/icon.tsx';
import { CaptureWarnings } from '../../kit/capture-warnings.tsx';
import { Incomplete } from '../../kit/incomplete.tsx';
import {
  describeEnvironmentChange,
  environmentChange,
  versionsOf,
} from '../../../domain/capture/environment.ts';
import { shortName } from '../../kit/middle-cut.tsx';
import { useMatch } from '../../kit/use-match.ts';
import '../../kit/viewer-screen.css';
import { AlignmentLine } from '../../viewer/alignment-line.tsx';
import { PixelColours } from '../../viewer/pixel-readout.tsx';
import { Stage } from '../../viewer/stage.tsx';
import { Tool, ViewerToolbar } from '../../viewer/toolbar.tsx';
import { useViewerKeys } from '../../viewer/viewer-keys.ts';
import type { RunSearch } from '../address/addresses.ts';
import { ReleaseVerdict } from '../visit/release-verdict.tsx';
import { SameChangesDialog } from '../visit/same-changes-dialog.tsx';
import { useAttempt, useMayDecide } from '../visit/newer-attempt.ts';
import { Page, type Crumb } from '../frame/page.tsx';
import { alignmentOf, runImages } from '../images/run-images.ts';
import { useViewerEngine } from '../images/viewer.ts';
import { isUndecided } from '../runs/run-row.ts';
import { useSections, viewRequestOf } from '../visit/use-sections.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';
import { ProblemState } from '../states/problem.tsx';
import { originOf, RunDecision } from './run-decision.tsx';
import { RunDetails } from './run-details.tsx';
import { likelyNext } from './run-order.ts';
import { RunSidebar } from './run-sidebar.tsx';
import { RunStatePanel } from './run-state-panel.tsx';
import { baselineNote, differenceFigures, sameSentence, stageWords } from './run-words.ts';
import { usePanels } from './use-panels.ts';
import { usePrefetch } from './use-prefetch.ts';
import { useFolded } from './use-folded.ts';
import { useRun, type RunDetail } from './use-run.ts';
import { useRunActions } from './use-run-actions.ts';
import { useRunTalk } from './use-run-talk.tsx';
import { useRunKeys } from './use-run-keys.ts';
import { VariantTabs } from './variant-tabs.tsx';
import { useViewAddress } from './use-view-address.ts';

interface RunScreenProps {
  visit: Visit;
  search: RunSearch;
  /** Build and release. */
  crumbs: readonly Crumb[];
}

/** The run page for a known release; stays mounted while runs change. */
export function RunScreen({ visit, search, crumbs }: RunScreenProps) {
  const { key, store } = visit;
  const engine = useViewerEngine();
  const navigate = useNavigate();
  const state = useReleaseState(store);
  const panels = usePanels((search.comments ?? '') !== '');
  const mayReview = useMayDecide(visit) === true;
  const attempt = useAttempt(visit);
  const isPhone = useMatch('(max-width: 45rem)');
  const row = store.rowNamed(search.test);
  const open = useRun({ ...key, runName: search.test }, row);
  const { detail } = open;
  const images = useMemo(() => (detail === null ? undefined : runImages(detail)), [detail]);
  const words = useMemo(
    () => (detail === null ? null : stageWords(detail, images ?? null)),
    [detail, images],
  );
  const { show, q = '', group } = search;
  const request = useMemo(() => viewRequestOf({ show: show ?? '', q, group: group ?? '' }), [show, q, group]);
  const sections = useSections(visit, request);
  const current = row?.id ?? null;
  const { shown, ...folded } = useFolded(store, sections, current);
  const runsSearch = useMemo(
    () => ({
      id: search.id,
      name: search.name,
      number: search.number,
      show: show ?? '',
      q,
      group: group ?? '',
      layout: search.layout ?? '',
      mode: search.mode ?? '',
      change: search.change ?? '',
    }),
    [search.id, search.name, search.number, search.layout, search.mode, search.change, show, q, group],
  );

  const talk = useRunTalk({ visit, detail, engine, row: row ?? null, search, panels });
  useViewAddress(engine, images, search);
  const actions = useRunActions({
    visit,
    engine,
    row: row ?? null,
    detail,
    shown,
    runsSearch,
    search,
    newer: attempt.isReadOnly ? attempt.newer : null,
  });
  const ahead = useMemo(
    () =>
      current === null
        ? []
        : likelyNext(shown, state.order, current, actions.direction, (id) => {
            const each = store.row(id);
            return each !== undefined && isUndecided(each);
          }).map((id) => store.row(id)!.name),
    [shown, state.order, current, actions.direction, store],
  );
  usePrefetch(engine, key, ahead, images !== undefined);
  const isLoading = detail === null && open.error === null;
  useViewerKeys(engine, actions.sayRegion, { isWaiting: isLoading });
  useRunKeys({ engine, actions, panels, search, isLoading, mayComment: talk.mayComment });

  useEffect(() => {
    if (current !== null) Object.assign(visit.place, { runId: current });
  }, [visit, current]);
  const at = current === null ? -1 : shown.indexOf(current);
  const place = `${(at + 1).toLocaleString('en-US')}/${shown.length.toLocaleString('en-US')}`;
  useEffect(() => {
    if (at >= 0) announce(`Run ${at + 1} of ${shown.length}: ${shortName(search.test)}`);
    // Announced when another run is opened, not when the list changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [search.test]);

  const setText = (text: string) =>
    void navigate({
      to: '.',
      search: (old: Record<string, unknown>) => ({ ...old, q: text }),
      replace: true,
      resetScroll: false,
    } as never);
  const unfilter = () =>
    void navigate({
      to: '.',
      search: (old: Record<string, unknown>) => ({ ...old, q: '', show: '' }),
      replace: true,
      resetScroll: false,
    } as never);

  const { counts } = state;
  const note = detail === null ? null : baselineNote(detail);
  const same = detail === null ? null : sameSentence(detail.run);
  const barHeight = isPhone ? 112 : 52;
  const others = actions.sameChanges.length;
  const verdict = <ReleaseVerdict visit={visit} onShowLate={() => store.takeOrder()} />;
  return (
    <Page
      title={search.test}
      crumbs={crumbs}
      layout="fixed"
      body="parts"
      bottomBar={barHeight}
      skip={[
        ...(panels.list !== 'off' && shown.length > 0 ? ([['run-list', 'Skip to runs']] as const) : []),
        ...(words !== null && images !== null ? ([['stage', 'Skip to images']] as const) : []),
        ...(row !== undefined ? ([['decision', 'Skip to decision']] as const) : []),
      ]}
      state={
        isPhone ? (
          <button
            type="button"
            className="tool run-counter tabular"
            aria-label={`Run ${place}. Show the list`}
            onClick={panels.toggleList}
          >
            {place}
          </button>
        ) : (
          counts.differs > 0 && (
            <span>
              {counts.undecided.toLocaleString('en-US')} of {counts.differs.toLocaleString('en-US')} left
            </span>
          )
        )
      }
      actions={isPhone ? null : verdict}
    >
      <div className="viewer-screen run-screen">
        {panels.list !== 'off' && (
          <RunSidebar
            buildId={key.buildId}
            store={store}
            sections={folded.sections}
            members={folded.members}
            count={shown.length}
            late={state.late}
            current={current}
            search={runsSearch}
            text={q}
            isFiltered={request.filters.length > 0 || q.trim() !== ''}
            isSheet={panels.list === 'sheet'}
            onText={setText}
            onUnfilter={unfilter}
            onOpen={(id) => {
              panels.closeSheets();
              actions.open(id);
            }}
            onClose={panels.toggleList}
          />
        )}
        <main id="main" className="viewer run-viewer grow" data-pending={images === undefined}>
          <ViewerToolbar
            engine={engine}
            onRegion={actions.sayRegion}
            start={
              !isPhone && (
                <Tool
                  icon="panel"
                  label="List of runs"
                  keys="R"
                  pressed={panels.list !== 'off'}
                  onClick={panels.toggleList}
                />
              )
            }
            end={
              <>
                {talk.button}
                <Tool
                  icon="info"
                  label="Details"
                  keys="I"
                  pressed={panels.info !== 'off'}
                  onClick={panels.toggleInfo}
                />
              </>
            }
          />
          {open.newer !== null && <NewerImage newer={open.newer} onShow={open.showNewer} />}
          {open.error !== null && <ProblemState error={open.error} onRetry={open.retry} />}
          {detail !== null && <RunStatePanel detail={detail} mayReview={mayReview} search={runsSearch} />}
          {detail !== null && (
            <AlignmentLine
              alignment={alignmentOf(detail.run)}
              beyond={detail.run.diff.facts?.beyondMaxMove}
            />
          )}
          {current !== null && (
            <VariantTabs
              visit={visit}
              id={current}
              search={runsSearch}
              mayReview={mayReview}
              onOpen={actions.open}
            />
          )}
          {words !== null && images !== null && (
            <Stage engine={engine} words={words} onRegion={actions.sayRegion} overlay={talk.overlay} />
          )}
          {words === null && open.error === null && <div className="stage-row" aria-busy="true" />}
          {note !== null && (
            <p className="viewer-note run-note muted text-13" data-tone={note.tone}>
              {note.words}
            </p>
          )}
          {same !== null && <p className="viewer-note run-same muted text-13">{same}</p>}
          {detail !== null && <CaptureNotices detail={detail} />}
          <PixelColours engine={engine} />
          {row !== undefined && (
            <RunDecision
              buildId={key.buildId}
              row={row}
              figures={detail === null ? [] : differenceFigures(detail)}
              changes={detail?.changes ?? null}
              origin={detail === null ? null : originOf(detail, row)}
              engine={engine}
              mayReview={mayReview}
              attempt={attempt}
              others={Math.max(0, others - 1)}
              isEnd={actions.isEnd && counts.undecided === 0}
              counts={counts}
              onStep={actions.step}
              onJudge={actions.judge}
              reasonFor={actions.reasonFor}
              onReason={actions.askReason}
              onSameChanges={actions.askSameChanges}
              onRegion={actions.sayRegion}
              onLookAgain={actions.lookAgain}
              release={isPhone ? verdict : null}
            />
          )}
        </main>
        {panels.info !== 'off' && detail !== null && (
          <RunDetails
            key={detail.run.id}
            detail={detail}
            engine={engine}
            mayReview={mayReview}
            sameChanges={actions.samePlaceNames}
            isSheet={panels.info === 'sheet'}
            search={runsSearch}
            onRegion={(index) => {
              actions.sayRegion(engine.steps.goToRegion(index));
              panels.closeSheets();
            }}
            onClose={panels.toggleInfo}
          />
        )}
        {talk.panel}
      </div>
      {actions.isAsking && (
        <SameChangesDialog
          visit={visit}
          runIds={actions.sameChanges}
          onClose={actions.stopAsking}
          onApproved={actions.moveOn}
        />
      )}
    </Page>
  );
}

/** Missing page resources, warnings, and in what the baseline was captured differently. */
function CaptureNotices({ detail: { run } }: { detail: RunDetail }) {
  const { current, ref } = run;
  const [warnings, refWarnings] = [current.facts?.warnings ?? [], ref.facts?.warnings ?? []];
  const missing = (current.facts?.incompleteCount ?? 0) + (ref.facts?.incompleteCount ?? 0);
  const environment = run.status === 'diff_found' ? environmentChange(ref.facts, current.facts) : null;
  if (missing + warnings.length + refWarnings.length === 0 && environment === null) return null;
  return (
    <div className="run-incomplete">
      {environment !== null && (
        <p className="run-environment" title={versionsOf(environment)}>
          {describeEnvironmentChange(environment)}.
        </p>
      )}
      <Incomplete of="" parts={current.facts?.incomplete ?? []} count={current.facts?.incompleteCount ?? 0} />
      <Incomplete of="Baseline" parts={ref.facts?.incomplete ?? []} count={ref.facts?.incompleteCount ?? 0} />
      <CaptureWarnings of="" warnings={warnings} />
      <CaptureWarnings of="Baseline" warnings={refWarnings} />
    </div>
  );
}

/** Notice of newer images; those on screen are never swapped automatically. */
function NewerImage({ newer: { run }, onShow }: { newer: RunDetail; onShow: () => void }) {
  if (isPending(run.status))
    return (
      <p className="run-newer line text-13">
        This run is being captured again. The previous result is shown.
      </p>
    );
  return (
    <button type="button" className="run-newer line text-13" onClick={onShow}>
      <Icon name="warning" size={14} />
      {run.current.image === null ? 'This run has a new result' : 'A new image arrived'} ·{' '}
      <strong>Show</strong>
    </button>
  );
}
