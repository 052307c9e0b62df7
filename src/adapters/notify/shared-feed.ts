import type { ChangeFeed } from '../../ports/change-feed.ts';
import type { ServerChannel } from './server-channel.ts';

export interface SharedFeedOptions {
  /** The current versions of releases; those that are gone are left out. */
  readVersions: (releaseIds: readonly number[]) => Promise<{ id: number; version: number }[]>;
  /** How often watched releases are looked at, in case a message was lost; default 2,000. */
  lookMs?: number;
}

/**
 * Publishes changes here and to the other servers. The versions of all watched releases are read together every few
 * seconds; so changes that no message announces are found, too.
 */
export function sharedFeed(
  local: ChangeFeed,
  channel: ServerChannel,
  { readVersions, lookMs = 2_000 }: SharedFeedOptions,
): { feed: ChangeFeed; heard: (release: { id: number; version: number }) => void; stop: () => void } {
  /** Watched releases: how many watch, and the newest version that was published. */
  const watched = new Map<number, { watchers: number; version: number }>();

  function publishNews({ id, version }: { id: number; version: number }): void {
    const known = watched.get(id);
    if (known === undefined || known.version >= version) return;
    known.version = version;
    local.publish({ releaseId: id, version, actor: null });
  }

  let isLooking = false;
  async function look(): Promise<void> {
    if (isLooking || watched.size === 0) return;
    isLooking = true;
    // An unreachable database is reported elsewhere; the next look finds what this one missed.
    const versions = await readVersions([...watched.keys()]).catch(() => []);
    isLooking = false;
    versions.forEach(publishNews);
  }
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();

  return {
    heard: publishNews,
    stop: () => clearInterval(timer),
    feed: {
      publish(change) {
        const { releaseId: id, version } = change;
        const known = watched.get(id);
        if (known !== undefined) known.version = Math.max(known.version, version);
        local.publish(change);
        channel.send({ releases: [{ id, version }] });
      },
      subscribe(releaseId, listener) {
        const entry = watched.get(releaseId) ?? { watchers: 0, version: 0 };
        watched.set(releaseId, entry);
        entry.watchers++;
        const unsubscribe = local.subscribe(releaseId, listener);
        let isOver = false;
        return () => {
          unsubscribe();
          if (isOver) return;
          isOver = true;
          entry.watchers--;
          if (entry.watchers === 0 && watched.get(releaseId) === entry) watched.delete(releaseId);
        };
      },
    },
  };
}
