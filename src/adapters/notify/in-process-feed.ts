import type { ChangeFeed, ReleaseChange } from '../../ports/change-feed.ts';
import type { Logger } from '../../ports/logger.ts';

/** Notifies listeners in this process. A listener that throws is logged and does not affect the others. */
export function inProcessFeed(logger: Logger): ChangeFeed {
  const listeners = new Map<number, Set<(change: ReleaseChange) => void>>();
  return {
    publish(change) {
      for (const listener of listeners.get(change.releaseId) ?? []) {
        try {
          listener(change);
        } catch (error) {
          logger.error('A listener to release changes failed.', { error: String(error) });
        }
      }
    },
    subscribe(releaseId, listener) {
      const own = listeners.get(releaseId) ?? new Set();
      listeners.set(releaseId, own);
      own.add(listener);
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(releaseId) === own) listeners.delete(releaseId);
      };
    },
  };
}
