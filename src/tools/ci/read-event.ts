import { readFileSync, statSync } from 'node:fs';

/** GitHub sends no larger ones. */
export const maxEventBytes = 25 * 1_048_576;

/** The JSON in a file of at most 25 MiB; null where there is none. */
export function readEventFile(path: string): unknown {
  try {
    const { size } = statSync(path);
    if (size > maxEventBytes) return null;
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return null;
  }
}
