import {
  artifactsIn,
  openBackupFolder,
  readManifestFile,
  type BackupFolder,
} from '../adapters/backup/backup-folder.ts';
import { openFileBlobs } from '../adapters/blobs/file-blobs.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { nodeIds } from '../adapters/crypto/node-ids.ts';
import { tableDigest } from '../adapters/crypto/table-digest.ts';
import { asSingleFile, backUpSqlite } from '../adapters/database/whole/sqlite-backup.ts';
import { openFillableSqlite, openWholeSqlite } from '../adapters/database/whole/whole-sqlite.ts';
import { jsonLog } from '../adapters/log/json-log.ts';
import { AppError } from '../base/errors.ts';
import { dateOfOther, writeManifest, type BackupManifest } from '../domain/moving/backup-manifest.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { WholeDatabase } from '../ports/whole-database.ts';
import { copyFiles, type CopiedFiles } from '../services/moving/copy-files.ts';
import type { CopyProgress } from '../services/moving/copy-progress.ts';
import { copyTables, digestTables, type CopiedTable } from '../services/moving/copy-tables.ts';
import { idsOf, refuseUnusable } from '../services/moving/move-marks.ts';
import { cacheFoldersIn, refuseFile, sqliteFileIn } from './data-folder.ts';
import { openFiles, openToRead, type Place } from './moving.ts';
import { findSecret, placeSecret } from './secret-copy.ts';

export interface BackupSettings {
  place: Place;
  /** Folder of the backup. */
  folder: string;
  /** Given by a setting; null: that of the data folder. */
  secretKey: string | null;
  withSecretKey: boolean;
  version: string;
  onProgress: (progress: CopyProgress) => void;
  signal: AbortSignal;
}

export interface BackupResult {
  folder: string;
  rows: number;
  files: CopiedFiles;
  secretKey: BackupManifest['secretKey'];
  /** Whether an earlier backup was there, whose files were kept. */
  isIncremental: boolean;
}

/**
 * Writes a backup, also of data that servers use. An earlier backup in the folder is replaced when this one is finished;
 * files that it holds are not copied again.
 *
 * @throws AppError `invalid_argument` where the folder holds something else; `unavailable` | `storage_full`
 */
export async function backUp(settings: BackupSettings): Promise<BackupResult> {
  const { place, folder, withSecretKey, signal } = settings;
  refuseFolder(folder, place);
  const logger = jsonLog('error');
  const id = nodeIds().id();
  const createdAt = systemClock.now();
  const source = await openToRead(place);
  let target: BackupFolder | undefined;
  try {
    await refuseUnusable(source);
    const { secret } = await findSecret(source, settings.secretKey, place.dataFolder);
    const databaseIds = await idsOf(source);
    const earlier = await readManifestFile(folder);
    if (earlier !== null) refuseOther(folder, dateOfOther(earlier, databaseIds));
    target = await openBackupFolder(folder, new Date(createdAt).toISOString().replace(/[:.]/g, '-'));
    // The database first: whatever it names is stored, and what is swept meanwhile is in the trash for a week.
    const { tables, migrations } = await copyDatabase(settings, source, target);
    const copy = openWholeSqlite(`${folder}/${target.database.name}`);
    const to = await openFileBlobs(artifactsIn(folder));
    const files = await copyFiles(
      copy,
      { from: await openFiles(place, logger), to },
      { mayBeDamaged: () => true, onProgress: settings.onProgress, signal },
    ).finally(() => copy.close());
    const secretKey = secret === null ? 'none' : withSecretKey ? 'included' : 'excluded';
    await target.removeSecret();
    if (secret !== null && withSecretKey) await placeSecret(secret, folder);
    const manifest: BackupManifest = {
      id,
      createdAt,
      version: settings.version,
      databaseIds,
      database: { file: target.database.name, migrations, tables },
      artifacts: { files: files.files, bytes: files.bytes, damaged: files.damaged },
      secretKey,
    };
    await target.finish(writeManifest(manifest));
    await removeUnnamed(`${folder}/${target.database.name}`, to);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return { folder, rows, files, secretKey, isIncremental: earlier !== null };
  } finally {
    target?.release();
    await source.close();
    logger.flush();
  }
}

/** @throws AppError `invalid_argument` */
function refuseFolder(folder: string, { dataFolder, cacheFolder, s3 }: Place): void {
  refuseFile(folder, 'Name an empty folder, or one with a backup.');
  const isIn = (place: string) => `${folder}/`.startsWith(`${place}/`);
  // The server takes foreign files among its artifacts for orphans, and sweeps them; unfinished uploads and derived images, too.
  const emptied = Object.values(cacheFoldersIn(cacheFolder ?? dataFolder));
  const problem =
    s3 === null && isIn(artifactsIn(dataFolder))
      ? 'among the artifacts that are to be backed up'
      : emptied.some(isIn)
        ? 'in a folder that servers empty'
        : null;
  if (problem === null) return;
  throw new AppError(
    'invalid_argument',
    `${folder} is ${problem}: name a folder elsewhere, best on another disk.`,
  );
}

/**
 * A server that has lost its data begins with new data; its backup is then the only copy.
 *
 * @throws AppError `invalid_argument`
 */
function refuseOther(folder: string, madeAt: string | null): void {
  if (madeAt === null) return;
  throw new AppError(
    'invalid_argument',
    `${folder} holds the backup of another database, made on ${madeAt}: name another folder, or empty that one first.`,
  );
}

interface CopiedDatabase {
  tables: CopiedTable[];
  migrations: string[];
}

async function copyDatabase(
  { place, onProgress, signal }: BackupSettings,
  source: WholeDatabase,
  target: BackupFolder,
): Promise<CopiedDatabase> {
  const { draft } = target.database;
  const options = { newDigest: tableDigest, onProgress, signal };
  const copied =
    place.databaseUrl === null
      ? await copySqlite(place, draft, options)
      : await copyIntoSqlite(source, draft, options);
  asSingleFile(draft);
  await target.keepDatabase();
  return copied;
}

async function copySqlite(
  place: Place,
  draft: string,
  options: Parameters<typeof digestTables>[1],
): Promise<CopiedDatabase> {
  await backUpSqlite(sqliteFileIn(place.dataFolder), draft, options.signal);
  const copy = openWholeSqlite(draft);
  try {
    return { tables: await digestTables(copy, options), migrations: await copy.migrations() };
  } finally {
    await copy.close();
  }
}

async function copyIntoSqlite(
  source: WholeDatabase,
  draft: string,
  options: Parameters<typeof copyTables>[2],
): Promise<CopiedDatabase> {
  const copy = openFillableSqlite(draft);
  try {
    return await source.snapshot(async () => {
      const migrations = await source.migrations();
      await copy.create(migrations);
      return { tables: await copyTables(source, copy, options), migrations };
    });
  } finally {
    await copy.close();
  }
}

/** Files of earlier backups that this one does not name. */
async function removeUnnamed(databaseFile: string, blobs: Blobs): Promise<void> {
  const copy = openWholeSqlite(databaseFile);
  try {
    for await (const { sha1 } of blobs.list()) {
      if (!(await copy.hasFile(sha1))) await blobs.delete(sha1);
    }
  } finally {
    await copy.close();
  }
}
