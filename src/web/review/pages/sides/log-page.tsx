import { capitalized } from '../../../../base/capitalized.ts';
import './sides.css';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { LogEvents } from '../../../kit/log-events.tsx';
import { logResult, parseLog, type LogLine } from '../../../kit/log-model.ts';
import { shortName } from '../../../kit/middle-cut.tsx';
import { readSetting, writeSetting } from '../../../kit/settings.ts';
import type { SideSearch } from '../../address/addresses.ts';
import type { Run } from '../../api/shapes.ts';
import { Page } from '../../frame/page.tsx';
import { useShortcuts } from '../../keyboard/registry.ts';
import { SideTabs, sideOf, sides, sideWords, useSidePage, type Side } from '../../run/side-page.tsx';
import { ProblemBanner, ProblemState } from '../../states/problem.tsx';
import { Message } from '../../../kit/message.tsx';
import { SkeletonRows } from '../../../kit/skeleton.tsx';
import { logAddress, logQuery } from '../../run/log-text.ts';

/** The log of one capture or comparison. */
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

/** Digest of a side's log, or of its failed attempt's log. */
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
      <Message icon="info" title="There is no log for this capture.">
        <p>Clients that capture images themselves can send one.</p>
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
  diff: 'The images were compared.',
};

/** `captured 1280 × 1024 after 2 screenshots, settled` → `Captured 1280 × 1024 after 2 screenshots, settled.` */
function sentence(text: string): string {
  return `${capitalized(text)}.`;
}

function Events({ lines, isCut }: { lines: readonly LogLine[]; isCut: boolean }) {
  const [wraps, setWraps] = useState(() => readSetting('log-wrap') !== 'off');
  useShortcuts('Move', [
    {
      keys: ['/'],
      does: 'filter the log',
      run: () => document.querySelector<HTMLInputElement>('.log-tools input')?.focus(),
    },
  ]);
  return (
    <LogEvents
      lines={lines}
      kindWords={kindWords}
      wraps={wraps}
      note={
        isCut && (
          <p className="log-cut text-13">Only the first MiB is shown. Download the log to see all of it.</p>
        )
      }
      tools={
        <label className="check line">
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
      }
    />
  );
}

const kindWords: Record<string, string> = {
  request: 'Requests',
  console: 'Console',
  error: 'Page errors',
  stage: 'Stages',
  output: 'Text',
};
