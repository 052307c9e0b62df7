import { AppError } from '../../base/errors.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/**
 * Stores a short server-made text as an artifact, encrypted in the database, because configs contain passwords.
 *
 * @returns its SHA-1
 */
export async function keepText(
  deps: Deps,
  tx: Transaction,
  buildId: number,
  text: string,
  contentType: string,
): Promise<string> {
  const content = new TextEncoder().encode(text);
  const sha1 = deps.ids.sha1(content);
  const sha256 = deps.ids.sha256(content);
  const now = deps.clock.now();
  const isNew = await tx.artifacts.insert({
    sha1,
    sha256,
    size: content.byteLength,
    createdAt: now,
    content: deps.vault.seal(content),
  });
  if (!isNew && (await tx.artifacts.find(sha1))?.sha256 !== sha256) throw hashCollision(sha1);
  await tx.artifacts.own(buildId, sha1, contentType, now);
  return sha1;
}

export function hashCollision(sha1: string): AppError {
  return new AppError(
    'hash_collision',
    `An artifact with the id ${sha1} and different content is already stored, so this one is refused.`,
  );
}
