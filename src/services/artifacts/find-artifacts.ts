import { isEnding } from '../../domain/artifacts/unused-artifacts.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Deps } from '../deps.ts';
import { findBuildToUse } from '../builds/find-build.ts';

export interface FindArtifactsInput {
  buildId: number;
  /** Lower-case hex. */
  artifacts: readonly { sha1: string; sha256: string }[];
}

/**
 * Which of the files the build owns, by SHA-1. Other builds' files do not affect the answer; equal SHA-1
 * with different SHA-256 is a different file. The client will not upload these, so they are kept as if it did.
 */
export async function findArtifacts(
  deps: Deps,
  principal: Principal,
  { buildId, artifacts }: FindArtifactsInput,
): Promise<string[]> {
  const now = deps.clock.now();
  const digests = artifacts.map(({ sha1 }) => sha1);
  const known = await deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, buildId);
    return new Map((await tx.artifacts.ownedDigests(buildId, digests)).map((owned) => [owned.sha1, owned]));
  });
  const found = digests.filter((sha1, index) => known.get(sha1)?.sha256 === artifacts[index]!.sha256);
  const ending = new Set(found.filter((sha1) => isEnding(known.get(sha1)!.checkAt, now)));
  if (ending.size === 0) return found;
  const kept = await deps.store.transaction((tx) => tx.artifactUses.keep(buildId, [...ending], now));
  return found.filter((sha1) => !ending.has(sha1) || kept.has(sha1));
}
