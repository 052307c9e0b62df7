import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseClock } from '../adapters/clock/database-clock.ts';
import { steadyClock } from '../adapters/clock/steady-clock.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { nodeIds } from '../adapters/crypto/node-ids.ts';
import type { DatabaseStore } from '../adapters/database/database-store.ts';
import { openStore } from '../adapters/database/open-store.ts';
import { createDerivedImages } from '../adapters/pixels/derived-images.ts';
import { createImageCheck } from '../adapters/pixels/image-check.ts';
import { tracedStore } from '../adapters/tracing/traced-store.ts';
import { AppError } from '../base/errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { DerivedImages } from '../ports/derived-images.ts';
import type { IdentityRecords } from '../ports/identity-records.ts';
import type { Leadership } from '../ports/leadership.ts';
import type { Logger } from '../ports/logger.ts';
import { noTracer, type Tracer } from '../ports/tracer.ts';
import type { Vault } from '../ports/vault.ts';
import type { Deps } from '../services/deps.ts';
import { defaultServiceSettings, type LifeTimes } from '../services/deps.ts';
import { refuseMoved } from '../services/moving/move-marks.ts';
import { joinStore, refuseNewDatabase } from '../services/upkeep/join-store.ts';
import { openBlobs, type S3Options } from './blobs.ts';
import { cacheFoldersIn, makeFolder, openDataFolder, sqliteFileIn } from './data-folder.ts';
import { ownSignals, sharedSignals } from './signals.ts';

export interface CoreOptions {
  /** Folder of the artifacts, unless they are in a bucket, and, with SQLite, the database. Created if missing. */
  dataFolder: string;
  /** Null: artifacts are in the data folder. */
  s3?: S3Options | null;
  /** Local folder for what may be lost; null: the data folder. */
  cacheFolder?: string | null;
  /** `postgres://…`; null: SQLite in the data folder. */
  databaseUrl: string | null;
  durability: 'full' | 'relaxed';
  vault: Vault;
  maxImageBytes: number;
  maxArtifactBytes: number;
  silentShardMs?: number;
  /** How long what has ended is kept. */
  lifeTimes?: LifeTimes;
  createBuilds?: 'everyone' | 'superusers';
  mailDomains?: readonly string[];
  logger: Logger;
  /** Default: records nothing. */
  tracer?: Tracer;
  /**
   * `check` (default) refuses files of another database, `adopt` accepts them. `none` does not touch a folder that
   * does not hold the database, for commands that need no files.
   */
  files?: 'check' | 'adopt' | 'none';
  /** Whether other servers of the database are to hear of changes, and the other way around. */
  isServer?: boolean;
}

export interface Core {
  core: Deps;
  leadership: Leadership;
  /** For the library for logins alone. */
  identityRecords: IdentityRecords;
  close(): Promise<void>;
}

export interface Storage extends Core {
  /** Whether this process owns the data exclusively, so that any partial file is a leftover. */
  isExclusive: boolean;
  images: DerivedImages;
  /** Folder for files that wait for their parameters. */
  spoolFolder: string;
}

/** Age at which a file that waits for its parameters is abandoned; other servers may share the folder. */
const abandonedMs = 3_600_000;
/** Polling interval of a waiting lease, to find tasks of dead workers. */
const queuePollMs = 3_000;

/**
 * Opens a server's storage: database, artifacts, clock, derived images.
 *
 * @throws AppError `unavailable` when another server uses the data folder or the database cannot be reached;
 *   `invalid_argument` when the folder cannot be used, or its files belong to another database
 */
export async function openStorage(options: CoreOptions): Promise<Storage> {
  const { databaseUrl, logger } = options;
  const folders = cacheFoldersIn(options.cacheFolder ?? options.dataFolder);
  const spoolFolder = folders.uploads;
  const opened = await openCore({ ...options, isServer: true });
  try {
    await makeFolder(spoolFolder);
    const isExclusive = databaseUrl === null;
    const changedBefore = isExclusive ? Infinity : Date.now() - abandonedMs;
    await sweepSpool(spoolFolder, changedBefore).catch((error: unknown) => {
      logger.warn('The folder of unfinished uploads could not be emptied.', { problem: String(error) });
    });
    const images = await createDerivedImages({ folder: folders.derived });
    return { ...opened, isExclusive, images, spoolFolder };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Dependencies of the use cases. Throws as {@link openStorage}. */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { dataFolder, databaseUrl, durability, logger, tracer = noTracer, vault } = options;
  const blobs = await blobsOf(options);
  const sqliteFile = sqliteFileIn(dataFolder);
  const store = await openStore({
    sqliteFile,
    durability,
    logger,
    ...(databaseUrl !== null && { databaseUrl }),
    ...(blobs !== null && {
      beforeCreating: () => refuseNewDatabase({ blobs }, isNew(options, blobs)),
    }),
  });
  const time = await clockOf(store, logger);
  const imageCheck = createImageCheck();
  const signals =
    databaseUrl !== null && options.isServer === true
      ? await sharedSignals(databaseUrl, store, logger)
      : ownSignals(logger);
  const core: Deps = {
    store: tracedStore(store, tracer, databaseUrl === null ? 'sqlite' : 'postgresql'),
    blobs: blobs ?? noBlobs,
    imageCheck,
    clock: time.clock,
    ids: nodeIds(),
    notifier: signals.notifier,
    feed: signals.feed,
    vault,
    logger,
    tracer,
    settings: {
      ...defaultServiceSettings,
      publicUrl: '',
      maxImageBytes: options.maxImageBytes,
      maxArtifactBytes: options.maxArtifactBytes,
      ...options.lifeTimes,
      ...(options.silentShardMs !== undefined && { silentShardMs: options.silentShardMs }),
      ...(options.createBuilds !== undefined && { createBuilds: options.createBuilds }),
      ...(options.mailDomains !== undefined && { mailDomains: options.mailDomains }),
      queuePollMs,
    },
  };
  const close = async () => {
    time.stop();
    await signals.close();
    await imageCheck.close();
    await store.close();
  };
  try {
    const databaseName = databaseUrl === null ? sqliteFile : 'the database of --database-url';
    const join = { databaseName, mode: options.files === 'adopt' ? 'adopt' : 'check' } as const;
    await refuseMoved(store, join);
    if (blobs !== null) await joinStore(core, join);
    return { core, leadership: signals.leadership, identityRecords: store.identityRecords, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function blobsOf(options: CoreOptions): Promise<Blobs | null> {
  const { dataFolder, databaseUrl, files, logger } = options;
  const holdsDatabase = databaseUrl === null;
  const isBucket = options.s3 !== undefined && options.s3 !== null;
  if (files === 'none' && !holdsDatabase) return null;
  await openDataFolder(dataFolder, logger);
  if (files === 'none' && isBucket) return null;
  const cacheFolder = options.cacheFolder ?? dataFolder;
  if (cacheFolder !== dataFolder) await openDataFolder(cacheFolder, logger, 'DPXDT_CACHE_DIR');
  return openBlobs(options);
}

/** The error for an empty database next to existing files. */
function isNew({ dataFolder, databaseUrl }: CoreOptions, { place, placeSetting }: Blobs): string {
  return databaseUrl === null
    ? `${place} holds files, but their database ${sqliteFileIn(dataFolder)} is missing or empty: restore it from a backup, set --database-url if they belong to PostgreSQL, or start over with another ${placeSetting}.`
    : `The database of --database-url is empty, but ${place} holds files of another database: correct --database-url, or start over with another ${placeSetting}.`;
}

/** For commands that need only the database. */
const noBlobs: Blobs = {
  place: 'nowhere',
  placeSetting: '--data-dir',
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
