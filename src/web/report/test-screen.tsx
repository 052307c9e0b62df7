import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { LocalReport } from '../../contract/files/local-report.ts';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import { announce } from '../kit/announcer.tsx';
import { copyText } from '../kit/clipboard.ts';
import { Icon } from '../kit/icon.tsx';
import { Sidebar } from '../kit/sidebar.tsx';
import '../kit/viewer-screen.css';
import { useKeys } from '../kit/keys.ts';
import { readSetting, writeSetting } from '../kit/settings.ts';
import { useMatch } from '../kit/use-match.ts';
import type { ViewerEngine } from '../viewer/engine.ts';
import { AlignmentLine } from '../viewer/alignment-line.tsx';
import { PixelColours } from '../viewer/pixel-readout.tsx';
import { Stage } from '../viewer/stage.tsx';
import { stepSentence } from '../viewer/step-words.ts';
import { Tool, ViewerToolbar } from '../viewer/toolbar.tsx';
import { useViewerKeys } from '../viewer/viewer-keys.ts';
import { TestDetails, verdictSentence } from './test-details.tsx';
import { LogDialog } from './log-dialog.tsx';
import { FailurePanel } from './failure-panel.tsx';
import { shortName } from '../kit/middle-cut.tsx';
import { lastOpened } from './last-opened.ts';
import { currentLocation, formatLocation, navigate, useLocation } from './location.ts';
import { PickBar } from './pick-bar.tsx';
import { approveNow, isServed } from './approve-now.ts';
import { isPicked, setPicked } from './picks.ts';
import {
  changeWithId,
  filterSections,
  isPickable,
  needsALook,
  neighbour,
  type ReportEntry,
} from './report-model.ts';
import { viewerImages } from './report-images.ts';
import { TestList } from './test-list.tsx';
import { plural } from '../kit/format.ts';
import { stageWords } from './stage-words.ts';

interface TestScreenProps {
  report: LocalReport;
  entries: readonly ReportEntry[];
  changes: readonly ChangeGroup[];
  entry: ReportEntry;
  engine: ViewerEngine;
}

/** One test: images, list and details. */
export function TestScreen({ report, entries, changes, entry, engine }: TestScreenProps) {
  const states = useLocation((location) => location.states);
  const text = useLocation((location) => location.text);
  const changeId = useLocation((location) => location.change);
  const isNarrow = useMatch('(max-width: 56.25rem)');
  const isTight = useMatch('(max-width: 77.5rem)');
  const isWide = useMatch('(min-width: 100rem)');
  const [listOn, setListOn] = useState(() => readSetting('list') !== 'off');
  const [sheet, setSheet] = useState<'list' | 'details' | null>(null);
  const [detailsOn, setDetailsOn] = useState<boolean | null>(() => settingOf('details'));
  const log = useRef<HTMLDialogElement>(null);
  const change = useMemo(() => changeWithId(changes, changeId), [changes, changeId]);
  const sections = useMemo(
    () => filterSections(entries, { states, text, change }),
    [entries, states, text, change],
  );
  const shown = useMemo(() => sections.flatMap((section) => section.entries), [sections]);
  const images = useMemo(() => viewerImages(entry.test), [entry]);
  const words = useMemo(() => stageWords(entry), [entry]);

  const showDetails = isNarrow ? sheet === 'details' : (detailsOn ?? isWide);
  // Beside both columns, the images would be slivers.
  const isCrowded = isTight && !isNarrow && showDetails;
  const showList = isNarrow ? sheet === 'list' : listOn && !isCrowded;
  const toggleList = () => {
    if (isNarrow) return setSheet(sheet === 'list' ? null : 'list');
    if (isCrowded) setDetailsOn(false);
    setListOn(!showList);
    writeSetting('list', showList ? 'off' : 'on');
  };
  const toggleDetails = () => {
    if (isNarrow) return setSheet(sheet === 'details' ? null : 'details');
    setDetailsOn(!showDetails);
    writeSetting('details', showDetails ? 'off' : 'on');
  };
  const showLog = () => log.current?.showModal();

  useLayoutEffect(() => {
    document.querySelector<HTMLElement>('.crumb-test')?.focus({ preventScroll: true });
  }, []);

  // Before the first frame: a key pressed now acts on these images.
  useLayoutEffect(() => {
    const showPlace = () => {
      const { region, at, view, aligned } = currentLocation();
      engine.show(images, {
        ...(region === null ? {} : { region: region - 1 }),
        ...(at === null ? {} : { at }),
        ...(aligned === null ? {} : { aligned }),
      });
      if (view !== null) engine.setView(view);
    };
    showPlace();
    lastOpened.position = entry.position;
    // Only the user's changes to the address: the page's own do not fire this event.
    window.addEventListener('hashchange', showPlace);
    return () => window.removeEventListener('hashchange', showPlace);
  }, [engine, entry, images]);

  useEffect(() => {
    const next = neighbour(shown, entry, 1);
    const images = next === undefined ? null : viewerImages(next.test);
    engine.prefetch(images === null ? [] : [images]);
  }, [engine, entry, shown]);

  useEffect(
    () =>
      engine.subscribe(() => {
        const { view, region } = engine.state();
        if (currentLocation().test === null) return;
        navigate({ view, region: region === null ? null : region + 1, at: null, aligned: null }, 'replace');
      }),
    [engine],
  );

  const open = (to: ReportEntry) => {
    setSheet(null);
    navigate({ test: to.test.name, region: null, at: null, aligned: null }, 'replace');
    announce(`${shown.indexOf(to) + 1} of ${shown.length}: ${shortName(to.test.name)}`);
  };
  const go = (by: 1 | -1) => {
    const next = neighbour(shown, entry, by);
    if (next === undefined)
      announce(by === 1 ? 'That was the last one.' : 'This is the first one.', { toast: true });
    else open(next);
  };
  const goUndecided = (by: 1 | -1) => {
    const next = neighbour(
      shown.filter((each) => each === entry || (needsALook(each.test.state) && !isPicked(each.test.name))),
      entry,
      by,
    );
    if (next === undefined) announce('That was the last one.', { toast: true });
    else open(next);
  };
  const pick = (on: boolean) => {
    if (on && !isPickable(report, entry)) {
      announce('There is nothing to approve.', { toast: true });
      return;
    }
    if (isServed()) {
      if (on) void approveNow([entry.test.name]);
      goUndecided(1);
      return;
    }
    setPicked([entry.test.name], on);
    announce(on ? `Picked ${shortName(entry.test.name)}.` : `Not picked: ${shortName(entry.test.name)}.`, {
      toast: true,
    });
    goUndecided(1);
  };
  const pickSameChanges = () => {
    const names = entry.sameChanges.map((position) => entries[position]!.test.name);
    if (names.length < 2 || report.command !== 'test') return;
    if (isServed()) return void approveNow(names);
    setPicked(names, true);
    announce(`Picked ${plural(names.length, 'test')} with the same changes. Press Ctrl+Z to undo.`, {
      toast: true,
    });
  };
  const up = () => navigate({ test: null, view: null, region: null, at: null, aligned: null }, 'push');
  const sayRegion = (index: number | null) => {
    const { scene } = engine;
    if (index !== null && scene !== null) announce(stepSentence(index, scene));
  };
  const copyLink = async () => {
    const hash = formatLocation({
      ...currentLocation(),
      at: engine.camera.transform,
      aligned: engine.state().canAlign ? engine.state().isAligned : null,
    });
    const link = window.location.href.replace(/#.*$/, '') + hash;
    announce((await copyText(link)) ? 'Link copied.' : link, { toast: true });
  };

  useViewerKeys(engine, sayRegion);
  useKeys({
    j: () => go(1),
    k: () => go(-1),
    'Shift+J': () => goUndecided(1),
    'Shift+K': () => goUndecided(-1),
    u: up,
    ...(changes.length > 0 && {
      'Shift+G': () => {
        navigate({ list: 'changes' }, 'replace');
        up();
      },
    }),
    y: () => pick(true),
    n: () => pick(false),
    x: () =>
      !isServed() && setPicked([entry.test.name], !isPicked(entry.test.name) && isPickable(report, entry)),
    e: pickSameChanges,
    i: toggleDetails,
    r: toggleList,
    l: showLog,
    c: () => void copyLink(),
    '/': () => {
      if (!showList) flushSync(toggleList);
      document.querySelector<HTMLInputElement>('.sidebar input')?.focus();
    },
    Escape: () => {
      if (sheet !== null) setSheet(null);
      else if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      else if (engine.state().view === 'blink') engine.setView('side');
      else up();
    },
  });

  const counter = `${shown.indexOf(entry) + 1}/${shown.length}`;
  const verdict = verdictSentence(entry.test);
  return (
    <div className="viewer-screen">
      {showList && (
        <Sidebar
          label="Tests"
          widthSetting="list-width"
          isSheet={isNarrow}
          search={{
            value: text,
            label: 'Search tests',
            placeholder: 'Search',
            onChange: (next) => navigate({ text: next }, 'replace'),
          }}
          notes={
            (states.length > 0 || change !== null) && (
              <button
                type="button"
                className="link sidebar-note"
                onClick={() => navigate({ states: [], change: null }, 'replace')}
              >
                Filtered: {shown.length.toLocaleString('en-US')} shown. Show all
              </button>
            )
          }
          onClose={toggleList}
        >
          {(scroller) =>
            shown.length === 0 ? (
              <p className="sidebar-empty muted">No tests match.</p>
            ) : (
              <TestList
                id="sidebar-tests"
                sections={sections}
                current={entry.position}
                rowHeight={64}
                density="narrow"
                scroller={scroller}
                onOpen={open}
              />
            )
          }
        </Sidebar>
      )}
      <main className="viewer grow">
        <ViewerToolbar
          engine={engine}
          onRegion={sayRegion}
          start={
            <>
              {!isNarrow && (
                <Tool icon="list" label="List of tests" keys="R" pressed={showList} onClick={toggleList} />
              )}
              {isNarrow && (
                <button
                  type="button"
                  className="tool counter tabular"
                  onClick={toggleList}
                  aria-label={`Test ${counter}. Show the list`}
                >
                  <Icon name="list" />
                  {counter}
                </button>
              )}
            </>
          }
          end={<Tool icon="info" label="Details" keys="I" pressed={showDetails} onClick={toggleDetails} />}
        />
        <FailurePanel report={report} entry={entry} />
        <AlignmentLine
          alignment={entry.test.comparison?.alignment}
          beyond={entry.test.comparison?.beyondMaxMove}
        />
        {images !== null && <Stage engine={engine} words={words} onRegion={sayRegion} />}
        {verdict !== null && <p className="viewer-note verdict-bar muted text-13">{verdict}</p>}
        <PixelColours engine={engine} />
        <PickBar
          report={report}
          entries={entries}
          entry={entry}
          engine={engine}
          onStep={go}
          onPick={pick}
          onSameChanges={pickSameChanges}
          onRegion={sayRegion}
        />
      </main>
      {showDetails && (
        <TestDetails
          isSheet={isNarrow}
          key={entry.position}
          report={report}
          entry={entry}
          engine={engine}
          onRegion={(index) => {
            sayRegion(engine.steps.goToRegion(index));
            if (isNarrow) setSheet(null);
          }}
          onOpen={(position) => open(entries[position]!)}
          names={(position) => entries[position]!.test.name}
          onClose={toggleDetails}
          onLog={showLog}
        />
      )}
      <LogDialog ref={log} name={entry.test.name} log={entry.test.log} />
    </div>
  );
}

function settingOf(name: string): boolean | null {
  const value = readSetting(name);
  return value === null ? null : value === 'on';
}
