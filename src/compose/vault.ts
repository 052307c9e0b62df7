import { join } from 'node:path';
import { createAesVault } from '../adapters/crypto/aes-vault.ts';
import { readSecret } from '../adapters/crypto/secret-file.ts';
import { AppError } from '../base/errors.ts';
import type { Store } from '../ports/store.ts';
import type { Vault } from '../ports/vault.ts';
import { makeFolder } from './data-folder.ts';

export interface OpenedVault {
  vault: Vault;
  /** For what else needs a key; see `derived`. */
  secret: string;
}

/** With the secret that is given, else with that of the data folder, which is made at the first start. */
export async function openVault(secretKey: string | null, dataFolder: string): Promise<OpenedVault> {
  await makeFolder(dataFolder);
  const secret = await readSecret(secretKey, join(dataFolder, 'secret.key'));
  return { vault: createAesVault(secret), secret };
}

/**
 * What one server sealed, the others must be able to open.
 *
 * @throws AppError `invalid_argument`
 */
export async function agreeOnSecret(store: Store, { fingerprint }: Vault): Promise<void> {
  const agreed = await store.transaction((tx) => tx.facts.agree('secret_key', fingerprint));
  if (agreed === fingerprint) return;
  throw new AppError(
    'invalid_argument',
    'The database was sealed with another secret key. Give the same DPXDT_SECRET_KEY (or DPXDT_SECRET_KEY_FILE) to all servers of a database, or bring back secret.key of the data folder.',
  );
}
