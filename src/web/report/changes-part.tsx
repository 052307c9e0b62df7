import '../kit/wide-row.css';
import './changes-part.css';
import { useMemo, useRef, useState, type MouseEvent, type RefObject } from 'react';
import type { LocalReport, ReportImage } from '../../contract/files/local-report.ts';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import type { Box } from '../../domain/comparison/alignment.ts';
import { plural } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { ItemList } from '../kit/item-list.tsx';
import { useKeys } from '../kit/keys.ts';
import { visibleText } from '../kit/middle-cut.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { rem } from '../kit/text-scale.ts';
import { useMatch } from '../kit/use-match.ts';
import { CommandLine, copyCommand } from './command-line.tsx';
import { approveChangeCommand, approveCommand } from './commands.ts';
import { navigate, useLocation } from './location.ts';
import { sampleOf, type ReportEntry } from './report-model.ts';
import { ChangePiece } from './thumbnail.tsx';

interface ChangesPartProps {
  report: LocalReport;
  entries: readonly ReportEntry[];
  changes: readonly ChangeGroup[];
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
}

/** CSS pixels of what a row shows of one image; of a change that only one image has, it is all of the row's. */
const pieceSize = { width: 240, height: 64 };
const phonePieceSize = { width: 140, height: 64 };
/** CSS pixels of the strip that says that an image lacks the change. */
const stripWidth = 24;

/** The changes of all tests, the one with the most tests first; choosing one shows its tests. */
export function ChangesPart({ report, entries, changes, scroller }: ChangesPartProps) {
  const search = useRef<HTMLInputElement>(null);
  const text = useLocation((location) => location.text);
  const [current, setCurrent] = useState<number | null>(null);
  const isPhone = useMatch('(max-width: 45rem)');
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return changes.flatMap(({ words, id }, index) =>
      words.toLowerCase().includes(wanted) || id.startsWith(wanted) ? [index] : [],
    );
  }, [changes, text]);
  const sections = useMemo(() => [{ key: 'changes', title: 'Changes', ids: shown }], [shown]);

  const choose = (index: number | null) => {
    const group = index === null ? undefined : changes[index];
    if (group !== undefined) navigate({ list: 'tests', change: group.id, text: '', states: [] }, 'push');
  };
  const step = (by: 1 | -1) => () => {
    const next = shown[current === null ? 0 : shown.indexOf(current) + by];
    if (next !== undefined) setCurrent(next);
  };
  const clear = () => {
    navigate({ text: '' }, 'replace');
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
  };
  useKeys({
    j: step(1),
    k: step(-1),
    ArrowDown: step(1),
    ArrowUp: step(-1),
    o: () => choose(current),
    Enter: () => choose(current),
    '/': () => search.current?.focus(),
    Escape: clear,
  });
  return (
    <>
      <div className="list-tools line">
        <p className="muted text-13">
          Approving a change approves it wherever it appears. A baseline is replaced when every change of its
          test is approved.
        </p>
        <SearchField
          ref={search}
          value={text}
          label="Search changes"
          placeholder="Search"
          title="Search changes (/)"
          onChange={(next) => navigate({ text: next }, 'replace')}
        />
      </div>
      {shown.length === 0 ? (
        <div className="empty">
          <p>No changes match.</p>
          <button type="button" className="button" onClick={clear}>
            Clear filter
          </button>
        </div>
      ) : (
        <ItemList
          id="changes"
          className="wide"
          sections={sections}
          current={current}
          rowHeight={isPhone ? 160 : 80}
          scroller={scroller}
        >
          {(index, isStop) => (
            <ChangeRow
              report={report}
              entries={entries}
              group={changes[index]!}
              size={isPhone ? phonePieceSize : pieceSize}
              isCurrent={index === current}
              isStop={isStop}
              onChoose={() => choose(index)}
            />
          )}
        </ItemList>
      )}
    </>
  );
}

interface ChangeRowProps {
  report: LocalReport;
  entries: readonly ReportEntry[];
  group: ChangeGroup;
  size: { width: number; height: number };
  isCurrent: boolean;
  isStop: boolean;
  onChoose: () => void;
}

function ChangeRow({ report, entries, group, size, isCurrent, isStop, onChoose }: ChangeRowProps) {
  const sample = useMemo(() => sampleOf(group, entries), [group, entries]);
  const choose = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onChoose();
  };
  return (
    <div className="wide-row change-row" data-current={isCurrent || undefined}>
      <a
        className="change-link"
        href={`#change=${group.id}`}
        aria-current={isCurrent ? 'true' : undefined}
        tabIndex={isStop ? 0 : -1}
        onClick={choose}
      >
        <Sample sample={sample} size={size} />
        <span className="change-words">
          <bdi title={visibleText(group.words)}>{visibleText(group.words)}</bdi>
        </span>
        <span className="change-count muted tabular">
          <span className="mono">{group.id}</span> · {plural(group.tests.length, 'test')}
          {group.wholeOnly.length > 0 && ` · ${group.wholeOnly.length} only by name`}
        </span>
      </a>
      {isApprovable(group) && <CopyApproval report={report} group={group} />}
    </div>
  );
}

type SampleProps = Pick<ChangeRowProps, 'size'> & { sample: ReturnType<typeof sampleOf> };

/** Before and after; a strip stands for the side on which the change shows nothing. */
function Sample({ sample, size }: SampleProps) {
  if (sample === null) return <span className="change-pieces line" />;
  const { test } = sample.entry;
  const { before, after } = sample.change;
  const isAlone = (before === null) !== (after === null);
  const room = isAlone ? { ...size, width: 2 * size.width - stripWidth } : size;
  return (
    <span className="change-pieces line">
      <SampleSide image={test.before} box={before} size={room} />
      <Icon name="next" size={12} />
      <SampleSide image={test.after} box={after} size={room} />
    </span>
  );
}

function SampleSide({
  image,
  box,
  size,
}: { image: ReportImage | null; box: Box | null } & Pick<ChangeRowProps, 'size'>) {
  if (image === null || box === null)
    return <span className="change-nothing" style={{ width: rem(stripWidth), height: rem(size.height) }} />;
  return <ChangePiece image={image} change={box} size={size} />;
}

function CopyApproval({ report, group }: { report: LocalReport; group: ChangeGroup }) {
  const command = approveChangeCommand(report, group.id);
  return (
    <button
      type="button"
      className="button small change-copy"
      title={command}
      aria-label={`Copy command that approves change ${group.id}`}
      onClick={() => void copyCommand(command)}
    >
      <Icon name="copy" size={14} />
      <span>Copy command</span>
    </button>
  );
}

/** Some test has the change in a set that changes can decide. */
function isApprovable({ tests, wholeOnly }: ChangeGroup): boolean {
  return tests.length > wholeOnly.length;
}

/** Above the tests: the change that they have in common. */
export function ChosenChange({ report, change }: { report: LocalReport; change: ChangeGroup }) {
  const { id, words, tests, wholeOnly } = change;
  return (
    <section className="chosen-change" aria-label="Chosen change">
      <p className="line text-13">
        <span className="grow">
          <strong>
            <bdi>{visibleText(words)}</bdi>
          </strong>{' '}
          <span className="muted">in {plural(tests.length, 'test')}</span>
        </span>
        <button type="button" className="button small" onClick={() => navigate({ change: null }, 'replace')}>
          <Icon name="close" size={12} />
          All tests
        </button>
      </p>
      {isApprovable(change) && <CommandLine label="Approve" command={approveChangeCommand(report, id)} />}
      {wholeOnly.length > 0 && (
        <p className="muted text-13">
          Not all changes of {plural(wholeOnly.length, 'test')} are known; approve{' '}
          {wholeOnly.length === 1 ? 'it' : 'them'} by name:
        </p>
      )}
      {wholeOnly.length > 0 && (
        <CommandLine label="Approve by name" command={approveCommand(report, wholeOnly)} />
      )}
    </section>
  );
}
