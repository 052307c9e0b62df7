import { useNavigate } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
import { visibleText } from '../../kit/middle-cut.tsx';
import { plural } from '../../kit/format.ts';
import { formatSearch } from '../address/search.ts';
import type { ReleaseSearch } from '../address/addresses.ts';
import { ChangeCrops } from './change-crop.tsx';
import { placeWords, type ChangeDetail, type ChangeSample } from './change-words.ts';

/** Most runs that are listed below one place. */
const maxListed = 200;

interface ChangePlacesProps {
  buildId: number;
  change: ChangeDetail;
  /** Runs that the decision leaves out. */
  excepted: ReadonlySet<number>;
  /** Null: nothing can be left out. */
  onExcept: ((runIds: readonly number[], isExcepted: boolean) => void) | null;
  /** Address of a run's page, without the run. */
  search: ReleaseSearch;
  /** Whether the runs of few places are listed at once. */
  listsRuns?: boolean;
}

/** Places whose runs are listed at once. */
const fewPlaces = 2;

/** One pair of crops for each place of a change, with the runs that have it there. */
export function ChangePlaces({
  buildId,
  change,
  excepted,
  onExcept,
  search,
  listsRuns = false,
}: ChangePlacesProps) {
  return (
    <ul className="change-places">
      {change.places.map((sample) => (
        <Place
          key={sample.place}
          sample={sample}
          runs={change.runs.filter(({ place }) => place === sample.place)}
          {...{ buildId, excepted, onExcept, search }}
          listsRuns={listsRuns && change.places.length <= fewPlaces}
        />
      ))}
    </ul>
  );
}

function Place({
  buildId,
  sample,
  runs,
  excepted,
  onExcept,
  search,
  listsRuns,
}: Omit<ChangePlacesProps, 'change'> & { sample: ChangeSample; runs: ChangeDetail['runs'] }) {
  const ids = runs.map(({ runId }) => runId);
  const left = ids.filter((id) => excepted.has(id)).length;
  const words = placeWords(sample.place);
  const navigate = useNavigate();
  // One for all: as `Link`, hundreds of them would each watch the address.
  const openInPlace = (event: MouseEvent) => {
    const test = (event.target as Element).closest<HTMLElement>('[data-run]')?.dataset['run'];
    if (test === undefined || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void navigate({ to: '/run', search: { ...search, test } });
  };
  return (
    <li className="change-place">
      <ChangeCrops buildId={buildId} sample={sample} size={{ width: 240, height: 140 }} />
      <span className="change-place-head">
        {onExcept !== null && runs.length > 0 && (
          <input
            type="checkbox"
            aria-label={`Runs with it at ${words}`}
            checked={left < ids.length}
            onChange={() => onExcept(ids, left < ids.length)}
          />
        )}
        <span className="ellipsis" title={words}>
          <bdi>{words}</bdi>
        </span>
      </span>
      {runs.length === 0 ? (
        <span className="muted text-12">again in {visibleText(sample.runName)}</span>
      ) : (
        <details className="text-12" open={listsRuns}>
          <summary>
            {plural(runs.length, 'run')}
            {left > 0 && `, ${left.toLocaleString('en-US')} left out`}
          </summary>
          <ul onClick={openInPlace}>
            {runs.slice(0, maxListed).map((run) => (
              <li key={run.runId} className="change-run">
                {onExcept !== null && (
                  <input
                    type="checkbox"
                    aria-label={visibleText(run.runName)}
                    checked={!excepted.has(run.runId)}
                    onChange={() => onExcept([run.runId], !excepted.has(run.runId))}
                  />
                )}
                <a
                  className="ellipsis"
                  href={`/run${formatSearch({ ...search, test: run.runName })}`}
                  data-run={run.runName}
                >
                  <bdi>{visibleText(run.runName)}</bdi>
                </a>
                {run.changeCount > 1 && run.verdict === 'none' && (
                  <span className="muted">
                    {run.changeCount - run.openChanges} of {plural(run.changeCount, 'change')} decided
                  </span>
                )}
              </li>
            ))}
          </ul>
          {runs.length > maxListed && (
            <p className="muted">and {(runs.length - maxListed).toLocaleString('en-US')} more</p>
          )}
        </details>
      )}
    </li>
  );
}
