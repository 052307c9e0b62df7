/** `manifest.json`: what a backup holds. A folder without it holds no finished backup. */

import { AppError } from '../../base/errors.ts';

export interface BackupManifest {
  /** Identifies this state of the data. */
  id: string;
  /** Epoch ms. */
  createdAt: number;
  /** Version of the program that made it. */
  version: string;
  /** The id of its database, then those that the data had before it was moved or restored; none: older backups. */
  databaseIds: readonly string[];
  database: {
    /** Name in the folder. */
    file: string;
    migrations: readonly string[];
    tables: readonly { name: string; rows: number; sha256: string }[];
  };
  /** `damaged`: digests of those that were damaged or missing already. */
  artifacts: { files: number; bytes: number; damaged: readonly string[] };
  /** `none`: no server had used the data yet. */
  secretKey: 'included' | 'excluded' | 'none';
}

/** Of the file and of the folder. A program refuses a higher one. */
const format = 1;

export function writeManifest(manifest: BackupManifest): string {
  const { id, createdAt, version, databaseIds, database, artifacts, secretKey } = manifest;
  return `${JSON.stringify(
    {
      format,
      id,
      created_at: new Date(createdAt).toISOString(),
      version,
      database_ids: databaseIds,
      database,
      artifacts,
      secret_key: secretKey,
    },
    null,
    2,
  )}\n`;
}

/** @throws AppError `invalid_argument` for the text of a newer program, or one that is damaged */
export function readManifest(text: string, folder: string): BackupManifest {
  const found = parsed(text);
  if (found === null) throw damaged(folder);
  if (typeof found['format'] === 'number' && found['format'] > format) {
    throw newer(folder, String(found['version']));
  }
  const { id, created_at: created, version, database, artifacts, secret_key: secretKey } = found;
  const createdAt = Date.parse(String(created));
  const databaseIds = idsIn(found);
  const manifest = { id, createdAt, version, databaseIds, database, artifacts, secretKey } as BackupManifest;
  if (!isWhole(manifest)) throw damaged(folder);
  return manifest;
}

/**
 * When a backup of other data was made that one of these ids would replace; null: it may be replaced.
 *
 * @param text the manifest that is there, in any state
 * @param databaseIds ids of the data: now, and before it was moved or restored
 */
export function dateOfOther(text: string, databaseIds: readonly string[]): string | null {
  const found = parsed(text);
  const [id] = found === null ? [] : idsIn(found);
  return id === undefined || databaseIds.includes(id) ? null : String(found!['created_at']);
}

function newer(folder: string, version: string): AppError {
  return new AppError(
    'invalid_argument',
    `The backup in ${folder} was made by a newer version of dpxdt (${version}): restore it with that version.`,
  );
}

function damaged(folder: string): AppError {
  return new AppError(
    'invalid_argument',
    `The backup in ${folder} is damaged: manifest.json cannot be read. Use another backup.`,
  );
}

function idsIn({ database_ids: ids }: Record<string, unknown>): string[] {
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isWhole({ id, createdAt, version, database, artifacts, secretKey }: BackupManifest): boolean {
  return (
    [id, version].every((text) => typeof text === 'string') &&
    Number.isFinite(createdAt) &&
    // It becomes part of a path.
    /^database-[0-9A-Za-z-]{1,60}\.sqlite$/.test(database?.file) &&
    Array.isArray(database.migrations) &&
    Array.isArray(database.tables) &&
    Array.isArray(artifacts?.damaged) &&
    ['included', 'excluded', 'none'].includes(secretKey)
  );
}
