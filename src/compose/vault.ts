import { join } from 'node:path';
import { createAesVault } from '../adapters/crypto/aes-vault.ts';
import { readSecret } from '../adapters/crypto/secret-file.ts';
import { AppError } from '../base/errors.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';
import { makeFolder } from './data-folder.ts';

/** Name of the server value with the fingerprint of the secret that all servers use. */
export const secretName = 'secret_key';

/** Path in a data folder. */
export function secretFileIn(dataFolder: string): string {
  return join(dataFolder, 'secret.key');
}

export interface OpenedVault {
  vault: Vault;
  /** For other keys; see `derived`. */
  secret: string;
}

/** Uses the given secret, or the data folder's, which is created at the first start. */
export async function openVault(secretKey: string | null, dataFolder: string): Promise<OpenedVault> {
  await makeFolder(dataFolder);
  const secret = await readSecret(secretKey, secretFileIn(dataFolder));
  return { vault: createAesVault(secret), secret };
}

/**
 * All servers must be able to decrypt each other's secrets.
 *
 * @throws AppError `invalid_argument`
 */
export async function agreeOnSecret(store: Store, { fingerprint }: Vault): Promise<void> {
  const agreed = await store.transaction((tx) => tx.serverValues.agree(secretName, fingerprint));
  if (agreed === fingerprint) return;
  throw new AppError(
    'invalid_argument',
    'The database was encrypted with a different secret key. Set the same DPXDT_SECRET_KEY (or DPXDT_SECRET_KEY_FILE) on all servers of a database, or restore secret.key in the data folder.',
  );
}
