import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts';
import { databaseClock } from '../adapters/clock/database-clock.ts';
import { steadyClock } from '../adapters/clock/steady-clock.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { nodeIds } from '../adapters/crypto/node-ids.ts';
import type { DatabaseStore } from '../adapters/database/database-store.ts';
import { openStore } from '../adapters/database/open-store.ts';
import { inProcessFeed } from '../adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../adapters/notify/in-process-notifier.ts';
import { createDerivedImages } from '../adapters/pixels/derived-images.ts';
import { createImageCheck } from '../adapters/pixels/image-check.ts';
import { AppError } from '../base/errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { DerivedImages } from '../ports/derived-images.ts';
import type { IdentityRecords } from '../ports/identity-records.ts';
import type { Logger } from '../ports/logger.ts';
import type { Vault } from '../ports/vault.ts';
import type { Deps } from '../services/deps.ts';
import { defaultServiceSettings } from '../services/deps.ts';
import { joinStore, refuseNewDatabase } from '../services/upkeep/join-store.ts';
import { makeFolder, openDataFolder } from './data-folder.ts';

export interface CoreOptions {
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
  /**
   * `check` (default) refuses files that are another database's, `adopt` takes them. `none` leaves a folder alone that
   * does not hold the database, for what needs no files.
   */
  files?: 'check' | 'adopt' | 'none';
}

export interface Core {
  core: Deps;
  /** For the library for logins alone. */
  identityRecords: IdentityRecords;
  close(): Promise<void>;
}

export interface Storage extends Core {
  /** Whether this process has the data to itself, so that whatever is half done was left by a dead one. */
  isExclusive: boolean;
  images: DerivedImages;
  /** For files that wait for their parameters. */
  spoolFolder: string;
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
 * All that a server works with: database, artifacts, clock, smaller images.
 *
 * @throws AppError `unavailable` when another server uses the data folder or the database cannot be reached;
 *   `invalid_argument` when the folder cannot be used, or its files are another database's
 */
export async function openStorage(options: CoreOptions): Promise<Storage> {
  const { dataFolder, databaseUrl, logger } = options;
  const spoolFolder = join(dataFolder, 'tmp');
  const opened = await openCore(options);
  try {
    await makeFolder(spoolFolder);
    const isExclusive = databaseUrl === null;
    const changedBefore = isExclusive ? Infinity : Date.now() - abandonedMs;
    await sweepSpool(spoolFolder, changedBefore).catch((error: unknown) => {
      logger.warn('The folder of unfinished uploads could not be emptied.', { problem: String(error) });
    });
    const images = await createDerivedImages({ folder: join(dataFolder, 'derived') });
    return { ...opened, isExclusive, images, spoolFolder };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** What the use cases work with. Throws what {@link openStorage} throws. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { dataFolder, databaseUrl, durability, logger, vault } = options;
  const blobs = await blobsOf(options);
  const sqliteFile = sqliteFileIn(dataFolder);
  const store = await openStore({
    sqliteFile,
    durability,
    logger,
    ...(databaseUrl !== null && { databaseUrl }),
    ...(blobs !== null && {
      beforeCreating: () => refuseNewDatabase({ blobs }, isNew(options, blobs.place)),
    }),
  });
  const time = await clockOf(store, logger);
  const imageCheck = createImageCheck();
  const core: Deps = {
    store,
    blobs: blobs ?? noBlobs,
    imageCheck,
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
  const close = async () => {
    time.stop();
    await imageCheck.close();
    await store.close();
  };
  try {
    if (blobs !== null) {
      const databaseName = databaseUrl === null ? sqliteFile : 'the one that --database-url names';
      await joinStore(core, { databaseName, mode: options.files === 'adopt' ? 'adopt' : 'check' });
    }
    return { core, identityRecords: store.identityRecords, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function blobsOf({ dataFolder, databaseUrl, files, logger }: CoreOptions): Promise<Blobs | null> {
  if (files === 'none' && databaseUrl !== null) return null;
  await openDataFolder(dataFolder, logger);
  return openFileBlobs(join(dataFolder, 'artifacts'), logger);
}

/** What is said of a database without tables beside files that belong to one. */
function isNew({ dataFolder, databaseUrl }: CoreOptions, place: string): string {
  return databaseUrl === null
    ? `${place} holds files, but their database ${sqliteFileIn(dataFolder)} is missing or empty: bring it back from a backup, give --database-url if they belong to PostgreSQL, or begin anew with another --data-dir.`
    : `The database that --database-url names is empty, but ${place} holds files that belong to another one: correct --database-url, or begin anew with another --data-dir.`;
}

/** For what works on the database alone. */
const noBlobs: Blobs = {
  place: 'nowhere',
  stage: refuseBlobs,
  stat: refuseBlobs,
  open: refuseBlobs,
  delete: refuseBlobs,
  trash: refuseBlobs,
  emptyTrash: refuseBlobs,
  now: refuseBlobs,
  list: refuseBlobs,
  readLabel: refuseBlobs,
  writeLabel: refuseBlobs,
  health: refuseBlobs,
  sweep: refuseBlobs,
};

function refuseBlobs(): never {
  throw new AppError('internal', 'The stored files were not opened.');
}

async function clockOf(store: DatabaseStore, logger: Logger): Promise<{ clock: Clock; stop: () => void }> {
  const { now } = store;
  if (now === undefined) return { clock: steadyClock(systemClock), stop: () => undefined };
  return databaseClock({ now }, systemClock, logger);
}

/** Removes files that waited for their parameters when their server was killed. */
async function sweepSpool(folder: string, changedBefore: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path);
    if (mtimeMs < changedBefore) await rm(path, { recursive: true, force: true });
  }
}
