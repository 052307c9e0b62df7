import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { AppError } from '../../base/errors.ts';
import { isFullError, noSpaceFor } from '../blobs/storage-errors.ts';

/** Characters. */
const minSecretLength = 32;

/**
 * The server's secret: the given one, else that of a file, which is created if it is missing and is readable only by
 * its owner.
 *
 * @throws AppError `invalid_argument` for one that is too short
 */
export async function readSecret(given: string | null, file: string): Promise<string> {
  const secret = (given ?? (await readOrMake(file))).trim();
  if (secret.length < minSecretLength) {
    const where = given === null ? `in ${file}` : 'given as secretKey';
    throw new AppError(
      'invalid_argument',
      `The secret key ${where} has ${secret.length} characters; it needs at least ${minSecretLength}. Generate one with "openssl rand -base64 32".`,
    );
  }
  return secret;
}

async function readOrMake(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await writeSecret(randomBytes(32).toString('base64'), file);
  return readFile(file, 'utf8');
}

/**
 * Writes the secret to a file that only its owner can read; an existing one stays.
 *
 * @throws AppError `storage_full`
 */
export async function writeSecret(secret: string, file: string): Promise<void> {
  // Written completely under another name first: a second server that starts now must not read half of it.
  // Process ids are no names: containers that share the folder have the same.
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw isFullError(error) ? noSpaceFor(file, error) : error;
  } finally {
    await rm(draft, { force: true });
  }
}
