import { useQueryClient } from '@tanstack/react-query';
import { plural } from '../../kit/format.ts';
import { releaseKeyOf, releaseSearch } from '../address/addresses.ts';
import { api } from '../api/api.ts';
import { toProblem } from '../api/problem.ts';
import type { Release } from '../api/shapes.ts';
import { useMutation } from '../api/use-mutation.ts';
import { toast } from '../frame/toasts.ts';

/** Has the server choose the baselines of an open release again. */
export function CompareAgain({ release }: { release: Release }) {
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => api.compareAgain(releaseKeyOf(releaseSearch(release))),
    onSuccess: ({ changed }) => {
      toast(
        changed === 0
          ? 'Every baseline stays as it was.'
          : `${plural(changed, 'run has another baseline and is', 'runs have another baseline and are')} compared again.`,
      );
      void client.invalidateQueries({ queryKey: ['build', release.buildId] });
    },
    onError: (error) => void toast(toProblem(error).message, { tone: 'problem' }),
  });
  return (
    <div className="compare-again">
      <button type="button" className="button" disabled={again.isPending} onClick={() => again.mutate()}>
        Compare again
      </button>
      <p className="muted text-12">
        Has the server choose its baselines again. Runs with another baseline are compared with it; verdicts
        stay where the screenshot still differs.
      </p>
    </div>
  );
}
