import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import { useAttempts } from '../visit/newer-attempt.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';

/**
 * Asks for the changes of a release while its runs are still loading: the list of attempts is short and knows the
 * release too. What the panel asks for later is the same, unless the release has changed in between.
 */
export function useChangesAhead({ key, store }: Visit, isWanted: boolean): void {
  const isLoading = useReleaseState(store).release === null;
  const attempt = useAttempts(key).find(({ release }) => release.number === key.releaseNumber)?.release;
  useQuery({
    ...queries.changes({ releaseId: attempt?.id ?? 0 }, attempt?.version ?? 0),
    enabled: isWanted && isLoading && attempt !== undefined,
  });
}
