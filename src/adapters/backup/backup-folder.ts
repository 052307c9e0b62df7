import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { readIfThere, syncFolder, writeWhole } from '../blobs/files.ts';
import { makeFolders } from '../blobs/make-folders.ts';
import { attempt } from '../blobs/storage-errors.ts';
import { lockFile } from '../database/file-lock.ts';

const databaseName = /^database-[0-9A-Za-z-]+\.sqlite/;
const ours = /^(artifacts|manifest\.json|secret\.key|backup\.lock)$/;

/** Paths in the folder of a backup. */
export function artifactsIn(folder: string): string {
  return join(folder, 'artifacts');
}

/**
 * The text of the manifest, or null where there is no finished backup.
 *
 * @throws AppError `invalid_argument` where it cannot be read
 */
export function readManifestFile(folder: string): Promise<string | null> {
  return readIfThere(join(folder, 'manifest.json')).catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      'invalid_argument',
      `The backup in ${folder} cannot be read (${error.code}): check its owner, or name another folder.`,
      { cause: error },
    );
  });
}

/** A folder that a backup is written to; another backup in it stays whole until this one is finished. */
export interface BackupFolder {
  /** A fresh name for the database, and where it is until `keepDatabase`. */
  database: { name: string; draft: string };
  /** Makes the database durable under its name. */
  keepDatabase(): Promise<void>;
  /** Removes `secret.key`. */
  removeSecret(): Promise<void>;
  /** Finishes the backup and removes databases of earlier ones. */
  finish(manifest: string): Promise<void>;
  release(): void;
}

/**
 * Creates or reuses the folder.
 *
 * @param id part of the database's name
 * @throws AppError `invalid_argument` where it holds something else, `unavailable` while another backup is written to it
 */
export async function openBackupFolder(folder: string, id: string): Promise<BackupFolder> {
  await makeFolders(resolve(folder), 0o700).catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      'invalid_argument',
      `The folder ${folder} cannot be created (${error.code}): name another one for the backup.`,
      { cause: error },
    );
  });
  const others = (await readdir(folder)).filter((name) => !ours.test(name) && !databaseName.test(name));
  if (others.length > 0) {
    throw new AppError(
      'invalid_argument',
      `${folder} holds something else than a backup (${others[0]!}): name an empty folder, or one with a backup.`,
    );
  }
  const lock = lockAlone(folder);
  await attempt(() => mkdir(join(artifactsIn(folder), 'tmp'), { recursive: true, mode: 0o700 }));
  const name = `database-${id}.sqlite`;
  const draft = join(folder, `${name}.part`);
  return {
    database: { name, draft },
    keepDatabase: () =>
      attempt(async () => {
        const file = await open(draft, 'r+');
        // Others may be able to read the folder.
        await file.chmod(0o600);
        await file.sync().finally(() => file.close());
        await rename(draft, join(folder, name));
        await syncFolder(folder);
      }),
    removeSecret: () => rm(join(folder, 'secret.key'), { force: true }),
    finish: (manifest) =>
      attempt(async () => {
        const temporary = join(artifactsIn(folder), 'tmp');
        await writeWhole(join(folder, 'manifest.json'), manifest, { mode: 'replace', temporary });
        for (const other of await readdir(folder)) {
          if (databaseName.test(other) && other !== name) await rm(join(folder, other), { force: true });
        }
      }),
    release: () => lock.release(),
  };
}

function lockAlone(folder: string): { release(): void } {
  try {
    return lockFile(join(folder, 'backup'));
  } catch (error) {
    if (!(error instanceof AppError) || error.details['in_use'] !== true) throw error;
    throw new AppError('unavailable', `Another backup to ${folder} is running. Wait until it has ended.`, {
      cause: error,
      details: { in_use: true },
    });
  }
}
