import '../kit/message.css';
import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { LocalReport } from '../../contract/files/local-report.ts';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import { Banner } from '../kit/banner.tsx';
import { Chip } from '../kit/chip.tsx';
import { CountBar } from '../kit/count-bar.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { useKeys } from '../kit/keys.ts';
import { useMatch } from '../kit/use-match.ts';
import { ChangesPart, ChosenChange } from './changes-part.tsx';
import { CommandLine } from './command-line.tsx';
import { approveNow, isServed } from './approve-now.ts';
import { approveCommand } from './commands.ts';
import { navigate, useLocation } from './location.ts';
import { lastOpened } from './last-opened.ts';
import { setPicked, usePicks } from './picks.ts';
import {
  changeWithId,
  countForgiven,
  countStates,
  filterSections,
  headline,
  isPickable,
  needsALook,
  passedOf,
  type FilterName,
  type ReportEntry,
} from './report-model.ts';
import { TestList, useListKeys } from './test-list.tsx';
import { UnusedBaselines } from './unused-baselines.tsx';
import { failureTitle } from '../kit/failure-words.ts';
import { formatAgo, formatDuration, plural } from '../kit/format.ts';
import { filterWords, stateIcons } from './words.ts';

interface SummaryScreenProps {
  report: LocalReport;
  entries: readonly ReportEntry[];
  changes: readonly ChangeGroup[];
  /** A test name in the address that is not in this report. */
  missing: string | null;
}

const phone = '(max-width: 45rem)';

/** The summary: result, next command, and the list of tests or of changes. */
export function SummaryScreen({ report, entries, changes, missing }: SummaryScreenProps) {
  const scroller = useRef<HTMLElement>(null);
  const wanted = useLocation((location) => location.list);
  const list = changes.length === 0 ? 'tests' : wanted;
  const show = (next: 'tests' | 'changes') => navigate({ list: next, change: null }, 'push');
  useKeys({
    'Shift+G': changes.length === 0 ? undefined : () => show(list === 'tests' ? 'changes' : 'tests'),
  });
  return (
    <main className="summary" id="main" tabIndex={-1} ref={scroller}>
      <div className="summary-inner">
        <SummaryHead report={report} entries={entries} />
        {(report.environment ?? []).length > 0 && (
          <Banner tone="plain">{report.environment!.join(' ')}</Banner>
        )}
        {missing !== null && (
          <Banner isAlert>
            There is no test <bdi>“{missing}”</bdi> in this report.
          </Banner>
        )}
        {changes.length > 0 && (
          <ListSwitch list={list} testCount={entries.length} changeCount={changes.length} onShow={show} />
        )}
        {list === 'changes' ? (
          <ChangesPart report={report} entries={entries} changes={changes} scroller={scroller} />
        ) : (
          <TestsPart report={report} entries={entries} changes={changes} scroller={scroller} />
        )}
        <UnusedBaselines report={report} />
      </div>
    </main>
  );
}

interface ListSwitchProps {
  list: 'tests' | 'changes';
  testCount: number;
  changeCount: number;
  onShow: (list: 'tests' | 'changes') => void;
}

function ListSwitch({ list, testCount, changeCount, onShow }: ListSwitchProps) {
  const modes = [
    ['tests', testCount === 1 ? 'Test' : 'Tests', testCount],
    ['changes', changeCount === 1 ? 'Change' : 'Changes', changeCount],
  ] as const;
  return (
    <div className="list-switch chips" role="group" aria-label="List" title="Tests or changes (Shift+G)">
      {modes.map(([mode, word, count]) => (
        <Chip key={mode} count={count} pressed={list === mode} onClick={() => onShow(mode)}>
          {word}
        </Chip>
      ))}
    </div>
  );
}

interface TestsPartProps extends Omit<SummaryScreenProps, 'missing'> {
  scroller: RefObject<HTMLElement | null>;
}

function TestsPart({ report, entries, changes, scroller }: TestsPartProps) {
  const search = useRef<HTMLInputElement>(null);
  const states = useLocation((location) => location.states);
  const text = useLocation((location) => location.text);
  const [current, setCurrent] = useState<number | null>(lastOpened.position);
  const isPhone = useMatch(phone);
  const changeId = useLocation((location) => location.change);
  const change = useMemo(() => changeWithId(changes, changeId), [changes, changeId]);
  const sections = useMemo(
    () => filterSections(entries, { states, text, change }),
    [entries, states, text, change],
  );
  const shown = useMemo(() => sections.flatMap((section) => section.entries), [sections]);

  const open = (entry: ReportEntry) => {
    lastOpened.position = entry.position;
    navigate({ test: entry.test.name, region: null, at: null }, 'push');
  };
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>('#tests [aria-current]')?.focus({ preventScroll: true });
  }, []);
  useListKeys(shown, current, (entry) => setCurrent(entry.position), open);
  useKeys({
    '/': () => search.current?.focus(),
    Escape: () => {
      navigate({ text: '', states: [], change: null }, 'replace');
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
    },
    x: () => {
      const entry = entries.find(({ position }) => position === current);
      if (entry === undefined || !isPickable(report, entry)) return;
      if (isServed()) void approveNow([entry.test.name]);
      else setPicked([entry.test.name], true);
    },
    'Shift+J': () => step(1),
    'Shift+K': () => step(-1),
  });
  const step = (by: 1 | -1) => {
    const wanted = shown.filter((entry) => needsALook(entry.test.state));
    const ahead = by === 1 ? wanted : wanted.toReversed();
    const from = current ?? (by === 1 ? -1 : Infinity);
    const next = ahead.find((entry) => (by === 1 ? entry.position > from : entry.position < from));
    if (next !== undefined) setCurrent(next.position);
  };

  return (
    <>
      {change !== null && <ChosenChange report={report} change={change} />}
      {report.tests.length > 0 && (
        <div className="list-tools line">
          <StateChips report={report} states={states} />
          <SearchField
            ref={search}
            value={text}
            label="Search tests"
            placeholder="Search"
            title="Search names and addresses (/)"
            onChange={(next) => navigate({ text: next }, 'replace')}
          />
        </div>
      )}
      {report.tests.length > 0 && shown.length === 0 && (
        <div className="empty">
          <p>
            No tests match
            {text === '' ? (
              ' these filters'
            ) : (
              <>
                {' '}
                ‘<bdi>{text}</bdi>’
              </>
            )}
            .
          </p>
          <button
            type="button"
            className="button"
            onClick={() => navigate({ text: '', states: [], change: null }, 'replace')}
          >
            Clear filter
          </button>
        </div>
      )}
      {shown.length > 0 && (
        <TestList
          id="tests"
          sections={sections}
          current={current}
          rowHeight={isPhone ? 88 : 64}
          density="wide"
          scroller={scroller}
          onOpen={open}
        />
      )}
    </>
  );
}

function SummaryHead({ report, entries }: { report: LocalReport; entries: readonly ReportEntry[] }) {
  const picks = usePicks();
  const [openedAt] = useState(() => new Date());
  const started = new Date(report.startedAt);
  const counts = countStates(report);
  const pickedNames = entries.filter(({ test }) => picks.has(test.name)).map(({ test }) => test.name);
  const approvable = entries.some(
    ({ test }) => report.command === 'test' && (test.state === 'differs' || test.state === 'new'),
  );
  const failures = entries.filter(({ test }) => test.state === 'failed');
  return (
    <>
      <h1 className="headline">{headline(report)}</h1>
      <p className="subline muted">
        {report.tests.length > 0 && report.command === 'test' && (
          <>
            <strong>{passedOf(report)}</strong> ·{' '}
          </>
        )}
        <time dateTime={report.startedAt} title={started.toString()}>
          {formatAgo(started, openedAt)}
        </time>{' '}
        · took {formatDuration(report.durationMs)} · {report.browserVersion ?? 'no browser'} ·{' '}
        {report.platform} · dpxdt {report.toolVersion}
      </p>
      {report.tests.length === 0 && (
        <div className="empty">
          <p>No test ran, so nothing was compared.</p>
          <p className="muted">
            The folder <code>{report.folder}</code> has no tests, or a filter matched none of them.
          </p>
        </div>
      )}
      {report.tests.length > 0 && <CountBar className="proportions" counts={counts} />}
      {approvable && (
        <div className="next-step line">
          <span className="next-step-label muted">
            {pickedNames.length > 0 && isServed()
              ? `${plural(pickedNames.length, 'test')} approved`
              : pickedNames.length > 0
                ? `Approve the ${plural(pickedNames.length, 'picked test')}`
                : 'If everything looks right, make it the baseline'}
          </span>
          {isServed() ? (
            <button type="button" className="button approve" onClick={() => void approveNow([])}>
              Approve all
            </button>
          ) : (
            <CommandLine label="Approve" command={approveCommand(report, pickedNames)} />
          )}
          {pickedNames.length > 0 && !isServed() && (
            <button type="button" className="button" onClick={() => setPicked(pickedNames, false)}>
              Clear
            </button>
          )}
        </div>
      )}
      {failures.length > 0 && <Failures entries={failures} />}
    </>
  );
}

function Failures({ entries }: { entries: readonly ReportEntry[] }) {
  const reasons = new Map<string, number>();
  for (const { test } of entries) {
    const title = failureTitle(test.failure!);
    reasons.set(title, (reasons.get(title) ?? 0) + 1);
  }
  const first = entries[0]!.test;
  return (
    <Banner
      action={
        <button
          type="button"
          className="button small"
          onClick={() => navigate({ states: ['failed'], text: '' }, 'replace')}
        >
          Show
        </button>
      }
    >
      <strong>{plural(entries.length, 'test')} failed.</strong>{' '}
      {entries.length === 1 ? (
        <>
          <bdi>{first.name}</bdi>: {first.failure!.message}
        </>
      ) : (
        [...reasons].map(([title, count]) => `${title} (${count})`).join(' · ')
      )}
    </Banner>
  );
}

function StateChips({ report, states }: { report: LocalReport; states: readonly FilterName[] }) {
  const forgiven = countForgiven(report);
  const counts: (readonly [FilterName, number])[] = countStates(report);
  if (forgiven > 0) counts.push(['forgiven', forgiven]);
  const toggle = (state: FilterName) =>
    navigate(
      { states: states.includes(state) ? states.filter((each) => each !== state) : [...states, state] },
      'replace',
    );
  return (
    <div className="chips" role="group" aria-label="Filter by state">
      {counts.map(([state, count]) => (
        <Chip
          key={state}
          state={state === 'forgiven' ? 'same' : state}
          icon={state === 'forgiven' ? 'mask' : stateIcons[state]}
          count={count}
          pressed={states.includes(state)}
          onClick={() => toggle(state)}
        >
          {filterWords[state]}
        </Chip>
      ))}
    </div>
  );
}
