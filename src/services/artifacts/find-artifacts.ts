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
 * with different SHA-256 is a different file.
 */
export async function findArtifacts(
  deps: Deps,
  principal: Principal,
  { buildId, artifacts }: FindArtifactsInput,
): Promise<string[]> {
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, buildId);
    const known = await tx.artifacts.ownedDigests(
      buildId,
      artifacts.map(({ sha1 }) => sha1),
    );
    return artifacts.filter(({ sha1, sha256 }) => known.get(sha1) === sha256).map(({ sha1 }) => sha1);
  });
}
