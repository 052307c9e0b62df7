import { chmod } from 'node:fs/promises';
import { readIfThere } from '../adapters/blobs/files.ts';
import { createAesVault } from '../adapters/crypto/aes-vault.ts';
import { writeSecret } from '../adapters/crypto/secret-file.ts';
import { AppError } from '../base/errors.ts';
import type { WholeDatabase } from '../ports/whole-database.ts';
import { capital } from '../services/moving/move-marks.ts';
import { secretFileIn, secretName } from './vault.ts';

export interface FoundSecret {
  /** Null: no server has used the database yet. */
  secret: string | null;
  /** `setting`: DPXDT_SECRET_KEY; otherwise the file it is in. */
  origin: 'setting' | 'file';
}

/**
 * The secret key that seals the values of a database: the given one, or the data folder's.
 *
 * @throws AppError `invalid_argument` when it is another one, or missing
 */
export async function findSecret(
  database: WholeDatabase,
  given: string | null,
  dataFolder: string,
): Promise<FoundSecret> {
  const origin = given === null ? 'file' : 'setting';
  const fingerprint = await database.findValue(secretName);
  if (fingerprint === null) return { secret: null, origin };
  const file = secretFileIn(dataFolder);
  const secret = given ?? (await readIfThere(file));
  if (secret !== null && createAesVault(secret.trim()).fingerprint === fingerprint) return { secret, origin };
  const problem =
    secret === null
      ? `${file}, the secret key of ${database.name}, is missing`
      : `${capital(database.name)} was encrypted with another secret key`;
  throw new AppError(
    'invalid_argument',
    `${problem}: set DPXDT_SECRET_KEY (or DPXDT_SECRET_KEY_FILE) as its servers do, or restore ${file}.`,
  );
}

/**
 * Writes the key to a data folder, readable only by its owner.
 *
 * @throws AppError `invalid_argument` when another key is there
 */
export async function placeSecret(secret: string, dataFolder: string): Promise<void> {
  const file = secretFileIn(dataFolder);
  const there = await readIfThere(file);
  if (there === null) return writeSecret(secret.trim(), file);
  if (there.trim() !== secret.trim()) {
    throw new AppError(
      'invalid_argument',
      `${file} holds another secret key. Name another data folder, or move that file away.`,
    );
  }
  await chmod(file, 0o600);
}
