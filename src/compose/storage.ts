import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts';
import { databaseClock } from '../adapters/clock/database-clock.ts';
import { steadyClock } from '../adapters/clock/steady-clock.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { nodeIds } from '../adapters/crypto/node-ids.ts';
import { openStore } from '../adapters/database/open-store.ts';
import { inProcessFeed } from '../adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../adapters/notify/in-process-notifier.ts';
import { createDerivedPictures } from '../adapters/pixels/derived-pictures.ts';
import { AppError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { DerivedPictures } from '../ports/derived-pictures.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';
import type { Deps } from '../services/deps.ts';
import { defaultServiceSettings } from '../services/deps.ts';

export interface StorageOptions {
  /** Holds the artifacts and, with SQLite, the database. Made when it is missing. */
  dataFolder: string;
  /** `postgres://…`; null: SQLite in the data folder. */
  databaseUrl: string | null;
  durability: 'full' | 'relaxed';
  vault: Vault;
  maxImageBytes: number;
  maxArtifactBytes: number;
  createBuilds?: 'everyone' | 'superusers';
  mailDomains?: readonly string[];
  logger: Logger;
}

export interface Storage {
  core: Deps;
  /** Whether this process has the data to itself, so that whatever is half done was left by a dead one. */
  isExclusive: boolean;
  pictures: DerivedPictures;
  /** For files that wait for their parameters. */
  spoolFolder: string;
  close(): Promise<void>;
}

/** Where things are in a data folder. */
export function sqliteFileIn(dataFolder: string): string {
  return join(dataFolder, 'dpxdt.sqlite');
}

/** A file that waits for its parameters for so long waits for nobody; other servers may share the folder. */
const abandonedMs = 3_600_000;
/** A task whose worker died is found by looking: a waiting lease does so this often. */
const queuePollMs = 3_000;
/** Servers that share a database hear of each other's tasks by looking, too. */
const sharedQueuePollMs = 1_000;

/**
 * What the use cases work with: database, artifacts, clock.
 *
 * @throws AppError `unavailable` when another server uses the data folder or the database cannot be reached
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { dataFolder, databaseUrl, durability, logger, vault } = options;
  const spoolFolder = join(dataFolder, 'tmp');
  await makeFolder(spoolFolder);
  const store = await openStore({
    sqliteFile: sqliteFileIn(dataFolder),
    durability,
    logger,
    ...(databaseUrl !== null && { databaseUrl }),
  });
  const isExclusive = databaseUrl === null;
  await sweepSpool(spoolFolder, isExclusive ? Infinity : Date.now() - abandonedMs).catch((error: unknown) => {
    logger.warn('The folder of unfinished uploads could not be emptied.', { problem: String(error) });
  });
  const time = await clockOf(store, logger);
  try {
    const core: Deps = {
      store,
      blobs: await openFileBlobs(join(dataFolder, 'artifacts')),
      clock: time.clock,
      ids: nodeIds(),
      notifier: inProcessNotifier(),
      feed: inProcessFeed(logger),
      vault,
      logger,
      settings: {
        ...defaultServiceSettings,
        publicUrl: '',
        maxImageBytes: options.maxImageBytes,
        maxArtifactBytes: options.maxArtifactBytes,
        ...(options.createBuilds !== undefined && { createBuilds: options.createBuilds }),
        ...(options.mailDomains !== undefined && { mailDomains: options.mailDomains }),
        queuePollMs: databaseUrl === null ? queuePollMs : sharedQueuePollMs,
      },
    };
    return {
      core,
      pictures: await createDerivedPictures({ folder: join(dataFolder, 'derived') }),
      isExclusive,
      spoolFolder,
      close: async () => {
        time.stop();
        await store.close();
      },
    };
  } catch (error) {
    time.stop();
    await store.close();
    throw error;
  }
}

async function clockOf(store: Store, logger: Logger): Promise<{ clock: Clock; stop: () => void }> {
  if (!('now' in store)) return { clock: steadyClock(systemClock), stop: () => undefined };
  return databaseClock(store as Store & { now(): Promise<number> }, systemClock, logger);
}

/** Removes files that waited for their parameters when their server was killed. */
async function sweepSpool(folder: string, changedBefore: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (mtimeMs < changedBefore) await rm(path, { recursive: true, force: true });
  }
}

export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'invalid_argument',
      `The data folder cannot be used: ${path} cannot be made (${code}). Give another one with --data-dir.`,
      { cause: error },
    );
  }
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new AppError(
      'invalid_argument',
      `The data folder cannot be used: ${path} may not be written. Check its owner, or give another one with --data-dir.`,
      { cause: error },
    );
  }
}
