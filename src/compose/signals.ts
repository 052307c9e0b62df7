import { inProcessFeed } from '../adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../adapters/notify/in-process-notifier.ts';
import { sharedFeed } from '../adapters/notify/shared-feed.ts';
import { sharedNotifier } from '../adapters/notify/shared-notifier.ts';
import type { Leadership } from '../ports/leadership.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store.ts';
import type { Deps } from '../services/deps.ts';

export interface Signals extends Pick<Deps, 'notifier' | 'feed'> {
  leadership: Leadership;
  close(): Promise<void>;
}

/** Wakes what waits in this process only, which leads everything. */
export function ownSignals(logger: Logger): Signals {
  return {
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    leadership: { leads: async () => true },
    close: async () => {},
  };
}

/** Wakes what waits at any server of the database: streams of changes, and leases. */
export async function sharedSignals(databaseUrl: string, store: Store, logger: Logger): Promise<Signals> {
  const { openPostgresChannel } = await import('../adapters/notify/postgres-channel.ts');
  const channel = openPostgresChannel({ url: databaseUrl, logger });
  const local = ownSignals(logger);
  const shared = sharedFeed(local.feed, channel, {
    readVersions: (ids) => store.read((tx) => tx.releases.findMany(ids)),
  });
  channel.onMessage(({ releases, queues }) => {
    releases.forEach(shared.heard);
    for (const { name, count } of queues) local.notifier.notify(name, count);
  });
  return {
    notifier: sharedNotifier(local.notifier, channel),
    feed: shared.feed,
    leadership: channel,
    close: async () => {
      shared.stop();
      await channel.close();
    },
  };
}
