import type { Blobs } from '../ports/blobs.ts';
import type { ChangeFeed } from '../ports/change-feed.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Logger } from '../ports/logger.ts';
import type { ImageCheck } from '../ports/image-check.ts';
import type { Store } from '../ports/store.ts';
import type { Tracer } from '../ports/tracer.ts';
import type { TaskNotifier } from '../ports/task-notifier.ts';
import type { Vault } from '../ports/vault.ts';

/**
 * What every use case works with. A use case is one function in one file:
 * `requestRun(deps, principal, input): Promise<RequestRunResult>`; it checks access itself and throws AppErrors.
 */
export interface Deps {
  store: Store;
  blobs: Blobs;
  imageCheck: ImageCheck;
  clock: Clock;
  ids: Ids;
  notifier: TaskNotifier;
  feed: ChangeFeed;
  vault: Vault;
  logger: Logger;
  tracer: Tracer;
  settings: ServiceSettings;
}

export interface ServiceSettings {
  /** The server's public address, without a trailing slash. */
  publicUrl: string;
  /** Largest image, in bytes. */
  maxImageBytes: number;
  /** Largest artifact of another kind, in bytes. */
  maxArtifactBytes: number;
  /** How long a release must be silent before its runs without a task are failed. */
  silentReleaseMs: number;
  /** How long no shard of a release may be heard of before those that are missing are a fault. */
  silentShardMs: number;
  /** How long ended tasks are kept. */
  keepTasksMs: number;
  /** How long activity is kept; null: indefinitely. */
  keepActivityMs: number | null;
  /** How long mails that were sent or given up are kept. */
  keepMailsMs: number;
  /** Who may create builds, besides superusers. */
  createBuilds: 'everyone' | 'superusers';
  /** Domains whose addresses receive a build's mail without confirmation. */
  mailDomains: readonly string[];
  /** Polling interval of a waiting lease, since other processes may add tasks. */
  queuePollMs: number;
}

export type LifeTimes = Pick<ServiceSettings, 'keepTasksMs' | 'keepActivityMs' | 'keepMailsMs'>;

export const defaultServiceSettings: Omit<ServiceSettings, 'publicUrl'> = {
  maxImageBytes: 128 * 1024 * 1024,
  maxArtifactBytes: 16 * 1024 * 1024,
  silentReleaseMs: 3_600_000,
  silentShardMs: 3_600_000,
  keepTasksMs: 7 * 86_400_000,
  keepActivityMs: 730 * 86_400_000,
  keepMailsMs: 90 * 86_400_000,
  createBuilds: 'everyone',
  mailDomains: [],
  queuePollMs: 30_000,
};
