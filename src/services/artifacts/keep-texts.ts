import { AppError } from '../../base/errors.ts';
import type { Artifact } from '../../domain/artifacts/artifact.ts';
import type { OwnedArtifact } from '../../ports/store/artifacts.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** A short server-made text as an artifact of a build, encrypted in the database, because configs contain passwords. */
export function sealText(
  deps: Deps,
  { buildId, text, contentType }: { buildId: number; text: string; contentType: string },
): OwnedArtifact {
  const content = new TextEncoder().encode(text);
  const artifact: Artifact = {
    sha1: deps.ids.sha1(content),
    sha256: deps.ids.sha256(content),
    size: content.byteLength,
    createdAt: deps.clock.now(),
    content: deps.vault.seal(content),
  };
  return { buildId, artifact, contentType };
}

/** Stores texts. @returns the digests of those refused because another content has the same digest */
export async function keepTexts(
  deps: Deps,
  tx: Transaction,
  texts: readonly OwnedArtifact[],
): Promise<Set<string>> {
  if (texts.length === 0) return new Set();
  const stored = await tx.artifacts.insertMany(texts.map(({ artifact }) => artifact));
  const isOther = ({ artifact: { sha1, sha256 } }: OwnedArtifact) => stored.get(sha1) !== sha256;
  await tx.artifacts.ownMany(
    texts.filter((text) => !isOther(text)),
    deps.clock.now(),
  );
  return new Set(texts.filter(isOther).map(({ artifact }) => artifact.sha1));
}

export function hashCollision(sha1: string): AppError {
  return new AppError(
    'hash_collision',
    `An artifact with the id ${sha1} and different content is already stored, so this one is refused.`,
  );
}
