/** Files with cookies and local storage, in Playwright's format or as BackstopJS's list of cookies. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { CaptureConfig } from '../domain/capture/capture-config.ts';
import type { StorageState, StoredCookie } from '../domain/capture/storage-state.ts';
import { parseCaptureConfig } from '../contract/capture-config.ts';
import { writeFileAtomically } from './atomic-file.ts';

/**
 * Puts the content of the file that `storageState` names into a config. Each file is read and checked once, so that a login that writes
 * it meanwhile does not make the captures of a run differ. With a login, it need not exist yet.
 */
export function stateFilesOf(currentFolder: string): (config: CaptureConfig) => Promise<CaptureConfig> {
  const read = new Map<string, Promise<StorageState | null>>();
  return async (config) => {
    const { storageState: path, ...rest } = config;
    if (typeof path !== 'string') return config;
    const reading = read.get(path) ?? readState(path, currentFolder);
    read.set(path, reading);
    const state = await reading;
    if (state !== null) return { ...rest, storageState: state };
    if (config.login !== undefined) return rest;
    throw new AppError('config_invalid', `storageState: the file "${path}" cannot be read (ENOENT).`);
  };
}

/** Null: there is none. @throws AppError `config_invalid` when it cannot be read */
async function readState(path: string, currentFolder: string): Promise<StorageState | null> {
  const text = await readFile(resolve(currentFolder, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new AppError('config_invalid', `storageState: the file "${path}" cannot be read (${error.code}).`);
  });
  return text === null ? null : parseState(text, path);
}

export async function writeStateFile(
  path: string,
  state: StorageState,
  currentFolder: string,
): Promise<void> {
  await writeFileAtomically(resolve(currentFolder, path), Buffer.from(`${JSON.stringify(state, null, 2)}\n`));
}

function parseState(text: string, path: string): StorageState {
  try {
    const value: unknown = JSON.parse(text);
    const given = Array.isArray(value) ? { cookies: value.map(plainCookie), origins: [] } : value;
    return parseCaptureConfig({ storageState: given }).storageState as StorageState;
  } catch (error) {
    throw new AppError(
      'config_invalid',
      `storageState: the file "${path}" is neither Playwright's storage state nor a list of cookies.`,
      { cause: error },
    );
  }
}

/** BackstopJS writes the scheme into the domain, and other names for other keys. */
function plainCookie(cookie: Partial<StoredCookie> & { expirationDate?: number }): StoredCookie {
  const { name = '', value = '', domain = '', path = '/', httpOnly, secure, expirationDate } = cookie;
  const expires = cookie.expires ?? expirationDate;
  return {
    name,
    value,
    domain: domain.replace(/^[a-z]+:\/\//i, '').replace(/[:/].*$/, ''),
    path,
    ...(expires !== undefined && { expires }),
    ...(httpOnly !== undefined && { httpOnly }),
    ...(secure !== undefined && { secure }),
  };
}
