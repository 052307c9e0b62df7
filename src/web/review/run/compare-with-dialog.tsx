import '../../kit/confirm-dialog.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { OpenDialog } from '../../kit/dialog.tsx';
import { formatAgo } from '../../kit/format.ts';
import { MiddleCut, shortName } from '../../kit/middle-cut.tsx';
import { SearchField } from '../../kit/search-field.tsx';
import { releaseKeyOf, releaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';
import { useMutation } from '../api/use-mutation.ts';
import { toast } from '../frame/toasts.ts';
import { ReleaseMark } from '../runs/state-mark.tsx';
import { sentenceOf } from '../states/problem.tsx';
import type { RunDetail } from './use-run.ts';

/** Releases that a search offers besides those known to have the page. */
const foundSize = 20;

/** Chooses the release that a run is compared with. Open while mounted. */
export function CompareWithDialog({ detail, onClose }: { detail: RunDetail; onClose: () => void }) {
  const { run, release, baselineRelease } = detail;
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Release | null>(null);
  const wanted = text.trim();
  const search = useQuery({
    ...queries.releases({ buildId: run.buildId, search: wanted, pageSize: foundSize }),
    enabled: wanted !== '',
  });
  const isOther = ({ id }: Release) => id !== release.id && id !== baselineRelease?.id;
  const withPage = detail.history.map((entry) => entry.release).filter(isOther);
  const offered =
    wanted === '' ? withPage : (search.data?.releases ?? []).map((found) => found.release).filter(isOther);
  const compare = useMutation({
    mutationFn: (other: Release) =>
      api.compareWith({
        ...releaseKeyOf(releaseSearch(release)),
        runId: run.id,
        baselineName: other.name,
        baselineNumber: other.number,
      }),
    onSuccess: (_, other) => {
      toast(`Compared with ${shortName(other.name)} #${other.number} now.`);
      void client.invalidateQueries({ queryKey: ['build', run.buildId] });
      onClose();
    },
  });
  const problem = compare.error === null ? null : sentenceOf(toProblem(compare.error));
  return (
    <OpenDialog title="Compare with another release" className="compare-with" onClose={onClose}>
      <form
        className="compare-with-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen !== null) compare.mutate(chosen);
        }}
      >
        <SearchField value={text} label="Search releases" onChange={setText} />
        <fieldset className="compare-with-list">
          <legend className="text-12 muted">
            {wanted === '' ? 'Releases with this page, newest first' : 'Releases with this name'}
          </legend>
          {offered.map((other) => (
            <label key={other.id} className="compare-with-choice line text-13">
              <input
                type="radio"
                name="release"
                checked={chosen?.id === other.id}
                onChange={() => {
                  compare.reset();
                  setChosen(other);
                }}
              />
              <span className="compare-with-name grow">
                <MiddleCut text={`${other.name} #${other.number}`} />
              </span>
              <ReleaseMark status={other.status} />
              <span className="muted text-12">{formatAgo(new Date(other.createdAt), new Date())}</span>
            </label>
          ))}
          {offered.length === 0 && !search.isFetching && (
            <p className="muted text-13">
              {wanted === '' ? 'No other release has this page.' : `No release matches ‘${wanted}’.`}
            </p>
          )}
        </fieldset>
        {problem !== null && (
          <p className="compare-with-problem text-13" role="alert">
            {problem}
          </p>
        )}
        <p className="muted text-13">
          {run.verdict === 'none'
            ? 'The run is compared again.'
            : `The run is compared again, and its verdict (${run.verdict}) is cleared.`}
        </p>
        <div className="confirm-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button className="button primary" disabled={chosen === null || compare.isPending}>
            Compare
          </button>
        </div>
      </form>
    </OpenDialog>
  );
}
