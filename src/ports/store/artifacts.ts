import type { Artifact } from '../../domain/artifacts/artifact.ts';

export interface ArtifactOwnership {
  artifact: Artifact;
  contentType: string;
}

/** An artifact that a build may read. */
export interface OwnedArtifact extends ArtifactOwnership {
  buildId: number;
}

export interface OwnedDigest {
  sha1: string;
  sha256: string;
  /** As in {@link ArtifactRepository.owned}. */
  checkAt: number | null;
}

export interface ArtifactRepository {
  find(sha1: string): Promise<Artifact | null>;
  /** @returns false if the digest is known; the existing row is kept */
  insert(artifact: Artifact): Promise<boolean>;
  /**
   * Records that the build may read the artifact, and its content type, which a later upload may change. Keeps it for
   * the full time again if no run uses it.
   */
  own(buildId: number, sha1: string, contentType: string, at: number): Promise<void>;
  /**
   * As {@link insert} for many.
   *
   * @returns the stored SHA-256 by digest
   */
  insertMany(artifacts: readonly Artifact[]): Promise<Map<string, string>>;
  /** As {@link own} for many. */
  ownMany(owned: readonly OwnedArtifact[], at: number): Promise<void>;
  findOwned(buildId: number, sha1: string): Promise<ArtifactOwnership | null>;
  /** When to check whether a run uses them, of those digests that the build owns; null: one did at the last check. */
  owned(buildId: number, digests: readonly string[]): Promise<Map<string, number | null>>;
  /** The artifacts that the build owns among those digests. */
  ownedDigests(buildId: number, digests: readonly string[]): Promise<OwnedDigest[]>;
  /** Which of the digests are known to any build. */
  known(digests: readonly string[]): Promise<Set<string>>;
  /** How many artifacts are stored as files rather than in the row; counted up to `limit`. */
  countFiles(limit: number): Promise<number>;
  /** By digest, for full checks. */
  page(afterSha1: string, limit: number): Promise<Artifact[]>;
  /** Count and total bytes. */
  totals(): Promise<{ count: number; bytes: number }>;
}
