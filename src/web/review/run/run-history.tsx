import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { formatDistortion } from '../../../domain/comparison/comparison.ts';
import { formatDay } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { runSearch } from '../address/addresses.ts';
import { byActor } from '../decisions/actor-name.ts';
import { thumbnailAddress } from '../images/image-addresses.ts';
import { stateOf } from '../runs/run-row.ts';
import { releaseStateWords, runStateIcons, runStateWords } from '../runs/run-states.ts';
import { ThumbnailImage } from '../runs/thumbnail.tsx';
import type { RunDetail } from './use-run.ts';
import './run-history.css';

/** The image over the releases, newest first: a strip with states, dates, and who decided. */
export function RunHistory({ detail: { history, run } }: { detail: RunDetail }) {
  const strip = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = strip.current?.querySelector<HTMLElement>('[aria-current]');
    if (current) strip.current!.scrollLeft = current.offsetLeft - strip.current!.offsetLeft - 40;
  }, [run.id]);
  if (history.length === 0) return <p className="muted">This is the first release with this run.</p>;
  return (
    <ol className="run-history" ref={strip}>
      {history.map((entry) => {
        const state = stateOf(entry);
        const { release } = entry;
        const isCurrent = entry.runId === run.id;
        const at = new Date(entry.createdAt);
        const by = entry.verdict === 'none' ? '' : byActor(entry.verdictBy).trim();
        const figure =
          entry.distortion === null || entry.distortion === 0 ? '' : formatDistortion(entry.distortion);
        return (
          <li key={entry.runId}>
            <Link
              to="/run"
              search={runSearch(release, run.name)}
              aria-current={isCurrent ? 'true' : undefined}
              title={`${visibleText(release.name)} #${release.number}, ${releaseStateWords[release.status].toLowerCase()}: ${runStateWords[state]} ${by}. ${at.toLocaleString('en-GB')}`}
            >
              <span className="thumbnail line muted">
                {entry.image === null ? (
                  <Icon name={runStateIcons[state]} />
                ) : (
                  <ThumbnailImage
                    address={thumbnailAddress(run.buildId, entry.runId, entry.factsVersion)}
                    onError={() => undefined}
                  />
                )}
              </span>
              <span className="run-history-name">
                <MiddleCut text={`${release.name} #${release.number}`} />
              </span>
              <span className="run-history-state line" data-state={state}>
                <Icon name={runStateIcons[state]} size={11} />
                <span className="ellipsis">
                  {runStateWords[state]}
                  {figure !== '' && <span className="visually-hidden">, {figure}</span>}
                </span>
              </span>
              <span className="run-history-by muted ellipsis">{by === '' ? figure : by}</span>
              <time className="muted tabular" dateTime={at.toISOString()}>
                {isCurrent ? 'this one' : formatDay(at)}
              </time>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
