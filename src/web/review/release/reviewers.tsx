import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';
import { toast } from '../frame/toasts.ts';

/** Who is asked to review the release. Nothing where no one could be asked. */
export function Reviewers({ release, mayAsk }: { release: Release; mayAsk: boolean }) {
  const key = { buildId: release.buildId, releaseName: release.name, releaseNumber: release.number };
  const query = queries.reviewers(key);
  const client = useQueryClient();
  const { data } = useQuery({ ...query, enabled: mayAsk });
  const reviewers = data?.reviewers ?? [];
  if (reviewers.length === 0) return null;
  const ask = async (userId: string, name: string, wanted: boolean) => {
    try {
      await api.requestReview({ ...key, userId, wanted });
      toast(wanted ? `Asked ${name} for a review.` : `${name} is no longer asked.`);
    } catch (error) {
      toast(toProblem(error).message, { tone: 'problem' });
    }
    void client.invalidateQueries({ queryKey: query.queryKey });
  };
  return (
    <fieldset className="about-reviewers">
      <legend>Ask for a review</legend>
      {reviewers.map(({ userId, name, requestedAt }) => (
        <label key={userId} className="line">
          <input
            type="checkbox"
            checked={requestedAt !== null}
            onChange={(event) => void ask(userId, name, event.target.checked)}
          />
          <bdi>{name}</bdi>
        </label>
      ))}
    </fieldset>
  );
}
