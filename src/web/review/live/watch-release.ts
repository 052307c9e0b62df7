import { addressOf } from '../../../client/request.ts';
import { addresses } from '../../../contract/addresses.ts';
import { camelKeys } from '../../../contract/letter-case.ts';
import type { ReleaseKey } from '../address/addresses.ts';
import { reportConnection } from '../api/connection.ts';
import type { ReleaseChanges } from '../api/shapes.ts';
import { openSource, sharesConnection } from './source.ts';
import type { StreamAddresses, StreamState } from './stream.ts';

export type LiveState = StreamState | 'paused';

/** How long until a hidden page stops listening; it catches up when shown again. */
const pauseMs = 60_000;

/**
 * Reports changes to a release after version `since`: the changed rows, the counts and the release.
 * A change may arrive twice, so compare row versions.
 *
 * @returns a function that stops watching
 */
export function watchRelease(
  key: ReleaseKey,
  since: number,
  listener: {
    onChanges(changes: ReleaseChanges): void;
    onState?(state: LiveState): void;
  },
): () => void {
  const streams = addressesOf(key);
  let version = since;
  let close: (() => void) | null = null;
  let pausing: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    close ??= openSource(streams, version, {
      onChanges: (text, next) => {
        version = next;
        listener.onChanges({
          actors: [],
          ...(camelKeys(JSON.parse(text)) as Omit<ReleaseChanges, 'actors'>),
        });
      },
      onState: (state) => {
        reportConnection(state !== 'lost');
        listener.onState?.(state);
      },
    });
  };
  const pause = () => {
    close?.();
    close = null;
    listener.onState?.('paused');
  };
  const look = () => {
    clearTimeout(pausing);
    if (document.visibilityState === 'visible') open();
    else pausing = setTimeout(pause, sharesConnection() ? pauseMs : 0);
  };
  look();
  document.addEventListener('visibilitychange', look);
  window.addEventListener('pagehide', pause);
  return () => {
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('pagehide', pause);
    clearTimeout(pausing);
    close?.();
    close = null;
  };
}

function addressesOf({ buildId, releaseName, releaseNumber }: ReleaseKey): StreamAddresses {
  const { origin } = window.location;
  const key = { buildId, releaseName, releaseNumber };
  return {
    changes: origin + addressOf(addresses.watchRelease, key),
    runs: origin + addressOf(addresses.listRuns, key),
  };
}
