import { Link } from '@tanstack/react-router';
import { formatDistortion } from '../../../domain/comparison/comparison.ts';
import { formatAgo } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import { runSearch } from '../address/addresses.ts';
import { stateOf } from '../runs/run-row.ts';
import { releaseStateWords, runStateIcons, runStateWords } from '../runs/run-states.ts';
import type { RunDetail } from './use-run.ts';

/** The same run in other releases, newest first, with states and diff ratios. */
export function RunHistory({ detail: { history, run } }: { detail: RunDetail }) {
  if (history.length === 0) return <p className="muted">This is the first release with this run.</p>;
  return (
    <ol className="run-history">
      {history.map((entry) => {
        const state = stateOf(entry);
        const { release } = entry;
        const isCurrent = entry.runId === run.id;
        const at = new Date(entry.createdAt);
        return (
          <li key={entry.runId}>
            <Link
              to="/run"
              search={runSearch(release, run.name)}
              aria-current={isCurrent ? 'true' : undefined}
              title={`${release.name} #${release.number}: ${runStateWords[state]}. ${at.toLocaleString()}`}
            >
              <span className="run-history-mark line" data-state={state}>
                <Icon name={runStateIcons[state]} size={12} />
                <span className="visually-hidden">{runStateWords[state]}</span>
              </span>
              <span className="run-history-name">
                <MiddleCut text={`${release.name} #${release.number}`} />
              </span>
              <span className="run-history-share tabular">
                {entry.distortion === null || entry.distortion === 0
                  ? ''
                  : formatDistortion(entry.distortion)}
              </span>
              <span className="run-history-release muted text-12">
                {isCurrent
                  ? 'this one'
                  : `${releaseStateWords[release.status]} · ${formatAgo(at, new Date())}`}
              </span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
