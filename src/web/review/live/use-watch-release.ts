import { useEffect, useEffectEvent, useState } from 'react';
import type { ReleaseKey } from '../address/addresses.ts';
import type { ReleaseChanges } from '../api/shapes.ts';
import { watchRelease, type LiveState } from './watch-release.ts';

/**
 * Listens to a release while the component is there.
 *
 * @param since version that is on screen when listening begins; null: not yet
 */
export function useWatchRelease(
  { buildId, releaseName, releaseNumber }: ReleaseKey,
  since: number | null,
  onChanges: (changes: ReleaseChanges) => void,
): LiveState {
  const [state, setState] = useState<LiveState>('live');
  const take = useEffectEvent(onChanges);
  const begin = useEffectEvent(() => since ?? 0);
  const isReady = since !== null;
  useEffect(() => {
    if (!isReady) return;
    return watchRelease({ buildId, releaseName, releaseNumber }, begin(), {
      onChanges: (changes) => take(changes),
      onState: setState,
    });
  }, [isReady, buildId, releaseName, releaseNumber]);
  return state;
}
