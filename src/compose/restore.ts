import { join } from 'node:path';
import { artifactsIn, readManifestFile } from '../adapters/backup/backup-folder.ts';
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts';
import { nodeIds } from '../adapters/crypto/node-ids.ts';
import { tableDigest } from '../adapters/crypto/table-digest.ts';
import { openWholeSqlite } from '../adapters/database/whole/whole-sqlite.ts';
import { jsonLog } from '../adapters/log/json-log.ts';
import { AppError } from '../base/errors.ts';
import { readManifest, type BackupManifest } from '../domain/moving/backup-manifest.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Logger } from '../ports/logger.ts';
import type { FillableDatabase, WholeDatabase } from '../ports/whole-database.ts';
import { checkFiles } from '../services/moving/copy-files.ts';
import type { CopyProgress } from '../services/moving/copy-progress.ts';
import { digestTables } from '../services/moving/copy-tables.ts';
import { fill, finishFilling, planFilling } from '../services/moving/fill-data.ts';
import { openAdmin } from './admin.ts';
import { openAlone, openFiles, openFilesToLook, openToLook, refuseNewer, type Place } from './moving.ts';
import { findSecret, placeSecret } from './secret-copy.ts';
import { openDataFolder, refuseFile } from './data-folder.ts';

export interface RestoreSettings {
  /** Folder of the backup. */
  folder: string;
  place: Place;
  /** Given by a setting; null: that of the backup. */
  secretKey: string | null;
  /** Reads the whole backup, changes nothing. */
  isDryRun: boolean;
  onProgress: (progress: CopyProgress) => void;
  signal: AbortSignal;
}

export interface RestoreResult {
  manifest: BackupManifest;
  /** Where the data is, or would be. */
  database: string;
  artifacts: string;
  rows: number;
  isContinued: boolean;
}

/**
 * Restores a backup into an empty database and an empty store, and brings the database up to date.
 *
 * @throws AppError `invalid_argument` for a backup that is unfinished, damaged or newer than this program, and for a
 *   target that is not empty; `unavailable` when a server uses the target
 */
export async function restore(settings: RestoreSettings): Promise<RestoreResult> {
  const { folder, place, isDryRun, onProgress, signal } = settings;
  const logger = jsonLog('error');
  const manifest = await manifestOf(folder);
  const backup = openWholeSqlite(join(folder, manifest.database.file));
  const opened: WholeDatabase[] = [backup];
  try {
    const from = await openFileBlobs(artifactsIn(folder));
    await refuseDamaged(settings, manifest, backup, from);
    const target = await openTarget(settings, logger);
    opened.push(target.database);
    const parts = { source: backup, target: target.database, from, to: target.files, ids: nodeIds() };
    const plan = await planFilling(parts, `backup ${manifest.id}`);
    const result = {
      manifest,
      database: target.database.name,
      artifacts: target.files?.place ?? join(place.dataFolder, 'artifacts'),
      rows: manifest.database.tables.reduce((sum, { rows }) => sum + rows, 0),
      isContinued: plan.isContinued,
    };
    if (isDryRun) return result;
    await restoreSecret(settings, manifest, backup);
    const known = new Set(manifest.artifacts.damaged);
    const mayBeDamaged = (sha1: string) => known.has(sha1);
    await fill(parts, plan, { newDigest: tableDigest, mayBeDamaged, onProgress, signal });
    const last = { formerIds: manifest.databaseIds, retire: async () => undefined };
    await finishFilling({ ...parts, from: null }, backup, plan, last);
    await closeAll(opened);
    await (await openAdmin({ ...place, files: 'check' })).close();
    return result;
  } finally {
    await closeAll(opened);
    logger.flush();
  }
}

async function closeAll(opened: WholeDatabase[]): Promise<void> {
  for (const database of opened.splice(0).reverse()) await database.close();
}

async function manifestOf(folder: string): Promise<BackupManifest> {
  refuseFile(folder, 'Name the folder of a finished backup.');
  const text = await readManifestFile(folder);
  if (text === null) {
    throw new AppError(
      'invalid_argument',
      `${folder} holds no finished backup: there is no manifest.json, which is written last. Name the folder of a finished one.`,
    );
  }
  const manifest = readManifest(text, folder);
  refuseNewer(`The database of the backup in ${folder}`, manifest.database.migrations, 'restore');
  return manifest;
}

/** A dry run reads every file; a restore does so while it copies them. */
async function refuseDamaged(
  { folder, isDryRun, onProgress, signal }: RestoreSettings,
  { database, artifacts }: BackupManifest,
  backup: WholeDatabase,
  from: Blobs,
): Promise<void> {
  const refuse = (what: string) =>
    new AppError('invalid_argument', `The backup in ${folder} is damaged: ${what}. Use another backup.`);
  const options = { onProgress, signal };
  const tables = await digestTables(backup, { newDigest: tableDigest, ...options }).catch(
    (error: unknown) => {
      throw refuse(`its database cannot be read (${error instanceof Error ? error.message : String(error)})`);
    },
  );
  if (JSON.stringify(tables) !== JSON.stringify(database.tables))
    throw refuse('its database is not the one that was written');
  const found = await checkFiles(backup, from, isDryRun ? 'bytes' : 'sizes', options);
  const damaged = found.filter((sha1) => !artifacts.damaged.includes(sha1));
  if (damaged.length === 0) return;
  throw refuse(`${damaged.length} artifacts are missing or have changed, such as ${damaged[0]!}`);
}

async function openTarget(
  { place, isDryRun }: RestoreSettings,
  logger: Logger,
): Promise<{ database: FillableDatabase; files: Blobs | null }> {
  // A dry run only reads it.
  if (isDryRun) {
    const database = (await openToLook(place)) as FillableDatabase;
    return { database, files: await openFilesToLook(place, logger) };
  }
  await openDataFolder(place.dataFolder, logger);
  return { database: await openAlone(place), files: await openFiles(place, logger) };
}

/** A backup without its key needs the one that it was made with. */
async function restoreSecret(
  { folder, place, secretKey }: RestoreSettings,
  manifest: BackupManifest,
  backup: WholeDatabase,
): Promise<void> {
  if (manifest.secretKey === 'none') return;
  const isIncluded = manifest.secretKey === 'included' && secretKey === null;
  const { secret, origin } = await findSecret(backup, secretKey, isIncluded ? folder : place.dataFolder);
  if (secret !== null && origin === 'file') await placeSecret(secret, place.dataFolder);
}
