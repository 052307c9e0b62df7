import '../../../kit/log-lines.css';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { plural } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icon.tsx';
import { logKinds, logResult, logStages, parseLog, type LogLine } from '../../../kit/log-model.ts';
import { shortName } from '../../../kit/middle-cut.tsx';
import { readSetting, writeSetting } from '../../../kit/settings.ts';
import type { SideSearch } from '../../address/addresses.ts';
import type { Run } from '../../api/shapes.ts';
import { Page } from '../../frame/page.tsx';
import { useShortcuts } from '../../keyboard/registry.ts';
import { SideTabs, sideOf, sides, sideWords, useSidePage, type Side } from '../../run/side-page.tsx';
import { Message, ProblemBanner, ProblemState } from '../../states/problem.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { LogLines, LogStages } from '../../../kit/log-lines.tsx';
import { logAddress, logQuery } from '../../run/log-text.ts';

/** Lines drawn at once. */
const shownLines = 2_000;

/** What happened in one capture or comparison. */
export function LogPage() {
  const search: SideSearch = useSearch({ from: '/log' });
  const { detail, problem, retry, crumbs } = useSidePage(search);
  const side = sideOf(search);
  const title = `${sideWords[side]} log`;
  if (problem !== null) {
    return (
      <Page title={title} crumbs={crumbs}>
        <ProblemState error={problem} onRetry={retry} />
      </Page>
    );
  }
  const available = detail === undefined ? [side] : sides.filter((each) => logOf(detail.run, each) !== null);
  return (
    <Page title={title} crumbs={crumbs}>
      <div className="log-page">
        <SideTabs search={search} to="/log" available={available}>
          {detail !== undefined && <Download run={detail.run} side={side} />}
        </SideTabs>
        {detail === undefined ? (
          <SkeletonRows rows={8} height={36} />
        ) : (
          <Log key={side} run={detail.run} side={side} />
        )}
      </div>
    </Page>
  );
}

/** Digest of a side's log: its own, or that of the attempt that failed. */
export function logOf(run: Run, side: Side): string | null {
  const slot = side === 'after' ? run.current : side === 'before' ? run.ref : run.diff;
  return slot.log ?? (slot.failure as { log?: string } | null)?.log ?? null;
}

function Download({ run, side }: { run: Run; side: Side }) {
  const sha1 = logOf(run, side);
  if (sha1 === null) return null;
  const name = shortName(run.name).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  return (
    <a className="button small" href={logAddress(run.buildId, sha1)} download={`${name}-${side}.log`}>
      Download
    </a>
  );
}

function Log({ run, side }: { run: Run; side: Side }) {
  const sha1 = logOf(run, side);
  const { data, error, refetch } = useQuery(logQuery(run.buildId, sha1));
  const lines = useMemo(() => (data === undefined ? [] : parseLog(data.text)), [data]);
  if (sha1 === null)
    return (
      <Message icon="info" title="No log was kept for this capture.">
        <p>Clients that take pictures themselves may send one.</p>
      </Message>
    );
  if (error !== null) return <ProblemBanner error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <SkeletonRows rows={8} height={36} />;
  const failure = (side === 'after' ? run.current : side === 'before' ? run.ref : run.diff).failure;
  const result = logResult(lines);
  return (
    <>
      <p className="log-outcome" data-failed={failure !== null}>
        {failure?.message ?? (result === null ? outcomeWords[side] : sentence(result))}
      </p>
      <Events lines={lines} isCut={data.isCut} />
    </>
  );
}

const outcomeWords: Record<Side, string> = {
  after: 'The screenshot was taken.',
  before: 'The screenshot of the baseline was taken.',
  diff: 'The pictures were compared.',
};

/** `captured 1280 × 1024 after 2 shots, settled` → `Captured 1280 × 1024 after 2 shots, settled.` */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function Events({ lines, isCut }: { lines: readonly LogLine[]; isCut: boolean }) {
  const [kind, setKind] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [wraps, setWraps] = useState(() => readSetting('log-wrap') !== 'off');
  const kinds = useMemo(() => logKinds(lines), [lines]);
  const stages = useMemo(() => logStages(lines), [lines]);
  useShortcuts('Move', [
    {
      keys: ['/'],
      does: 'filter the log',
      run: () => document.querySelector<HTMLInputElement>('.log-tools input')?.focus(),
    },
  ]);
  const wanted = text.trim().toLowerCase();
  const found = lines.filter(
    (line) =>
      (kind === null || line.kind === kind) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
  const shown = found.slice(0, shownLines);
  return (
    <>
      {stages.length > 0 && <LogStages stages={stages} />}
      <div className="log-tools">
        {kinds.length > 1 && (
          <div className="log-kinds" role="group" aria-label="Kinds of events">
            <Kind label="All" count={lines.length} isOn={kind === null} onClick={() => setKind(null)} />
            {kinds.map(([each, count]) => (
              <Kind
                key={each}
                label={kindWords[each] ?? each}
                count={count}
                isOn={kind === each}
                onClick={() => setKind(kind === each ? null : each)}
              />
            ))}
          </div>
        )}
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Filter the log"
            aria-label="Filter the log"
            aria-keyshortcuts="/"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={wraps}
            onChange={(event) => {
              setWraps(event.target.checked);
              writeSetting('log-wrap', event.target.checked ? 'on' : 'off');
            }}
          />
          Wrap lines
        </label>
      </div>
      {isCut && <p className="log-cut">Only the first MiB is shown. The download has all of it.</p>}
      {shown.length === 0 ? (
        <p className="muted">No line matches.</p>
      ) : (
        <LogLines lines={shown} label="Log" wraps={wraps} />
      )}
      {found.length > shownLines && (
        <p className="muted">
          The first {shownLines.toLocaleString('en-US')} of {plural(found.length, 'line')}. Filter, or
          download all of it.
        </p>
      )}
    </>
  );
}

const kindWords: Record<string, string> = {
  request: 'Requests',
  console: 'Console',
  error: 'Page errors',
  stage: 'Stages',
  output: 'Text',
};

function Kind(props: { label: string; count: number; isOn: boolean; onClick: () => void }) {
  return (
    <button type="button" className="tool" aria-pressed={props.isOn} onClick={props.onClick}>
      {props.label} <span className="tabular">{props.count.toLocaleString('en-US')}</span>
    </button>
  );
}
