/** Opens the places between which data is copied. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { migrations as knownMigrations } from '../adapters/database/migrations/index.ts';
import { openFillableSqlite, openWholeSqlite } from '../adapters/database/whole/whole-sqlite.ts';
import { AppError } from '../base/errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Logger } from '../ports/logger.ts';
import type { FillableDatabase, WholeDatabase } from '../ports/whole-database.ts';
import { openBlobs, type S3Options } from './blobs.ts';
import { hasSqlite, openDataFolder, sqliteFileIn } from './data-folder.ts';

/** Where a server keeps its data. */
export interface Place {
  dataFolder: string;
  /** Null: SQLite in the data folder. */
  databaseUrl: string | null;
  /** Null: artifacts are in the data folder. */
  s3: S3Options | null;
  /** Local folder for what may be lost; null: the data folder. */
  cacheFolder: string | null;
}

/**
 * Refuses a database with a migration that this program does not know, before anything is created.
 *
 * @param what the database, as the beginning of a sentence
 * @throws AppError `invalid_argument`
 */
export function refuseNewer(what: string, migrations: readonly string[], verb: 'move' | 'restore'): void {
  const known = new Set(knownMigrations.map(({ name }) => name));
  const unknown = migrations.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new AppError(
    'invalid_argument',
    `${what} was changed by a newer version of dpxdt (migration "${unknown}"): ${verb} it with that version.`,
  );
}

/** A database that no server uses until it is closed. @throws AppError `unavailable` | `invalid_argument` */
export async function openAlone(place: Place): Promise<FillableDatabase> {
  if (place.databaseUrl === null) return openFillableSqlite(sqliteFileIn(place.dataFolder));
  const { openFillablePostgres } = await import('../adapters/database/whole/whole-postgres.ts');
  return openFillablePostgres(place.databaseUrl);
}

/** A database that servers may keep using. @throws AppError `unavailable` | `invalid_argument` */
export async function openToRead(place: Place): Promise<WholeDatabase> {
  requireDatabase(place);
  if (place.databaseUrl === null) return openWholeSqlite(sqliteFileIn(place.dataFolder));
  const { openWholePostgres } = await import('../adapters/database/whole/whole-postgres.ts');
  return openWholePostgres(place.databaseUrl);
}

/** As `openAlone`, for what must exist. @throws AppError `invalid_argument` when it does not */
export async function openSource(place: Place): Promise<FillableDatabase> {
  requireDatabase(place);
  return openAlone(place);
}

/** @throws AppError `invalid_argument` where a data folder holds no database */
function requireDatabase({ dataFolder, databaseUrl }: Place): void {
  if (databaseUrl !== null || hasSqlite(dataFolder)) return;
  throw new AppError(
    'invalid_argument',
    `${dataFolder} holds no data. Name the data folder with --data-dir, or a PostgreSQL database with --database-url.`,
  );
}

/** What a dry run looks at: the target, or an empty stand-in for one that does not exist yet. */
export async function openToLook(place: Place): Promise<WholeDatabase> {
  if (place.databaseUrl !== null || hasSqlite(place.dataFolder)) return openAlone(place);
  return { ...openWholeSqlite(':memory:'), name: sqliteFileIn(place.dataFolder) };
}

/** The files of a place, whose folder is created if it is missing. */
export async function openFiles(place: Place, logger: Logger): Promise<Blobs> {
  await openDataFolder(place.dataFolder, logger);
  if (place.cacheFolder !== null) await openDataFolder(place.cacheFolder, logger, 'DPXDT_CACHE_DIR');
  return openBlobs({ ...place, logger });
}

/** Null: there is no folder yet. */
export async function openFilesToLook(place: Place, logger: Logger): Promise<Blobs | null> {
  const isThere = place.s3 !== null || existsSync(resolve(place.dataFolder, 'artifacts'));
  return isThere ? openFiles(place, logger) : null;
}

export function isSameDatabase(a: Place, b: Place): boolean {
  if (a.databaseUrl === null && b.databaseUrl === null) return a.dataFolder === b.dataFolder;
  return a.databaseUrl === b.databaseUrl;
}

export function isSameStore({ s3: a, dataFolder }: Place, { s3: b, dataFolder: other }: Place): boolean {
  if (a === null || b === null) return a === b && dataFolder === other;
  const keyOf = ({ endpoint, region, bucket, prefix }: S3Options) =>
    [endpoint ?? region, bucket, prefix.replace(/\/$/, '')].join(' ');
  return keyOf(a) === keyOf(b);
}
