import type { Artifact } from '../../domain/model.ts';

export interface ArtifactOwnership {
  artifact: Artifact;
  contentType: string;
}

/** An artifact that a build may read. */
export interface OwnedArtifact extends ArtifactOwnership {
  buildId: number;
}

export interface ArtifactRepository {
  find(sha1: string): Promise<Artifact | null>;
  /** @returns false if the digest is known; the existing row is kept */
  insert(artifact: Artifact): Promise<boolean>;
  /** Records that the build may read the artifact, and its content type, which a later upload may change. */
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
  /** Which of the digests the build owns. */
  owned(buildId: number, digests: readonly string[]): Promise<Set<string>>;
  /** SHA-256 by SHA-1 of the digests that the build owns. */
  ownedDigests(buildId: number, digests: readonly string[]): Promise<Map<string, string>>;
  /** Which of the digests are known to any build. */
  known(digests: readonly string[]): Promise<Set<string>>;
  /** How many artifacts are stored as files rather than in the row; counted up to `limit`. */
  countFiles(limit: number): Promise<number>;
  /** By digest, for full checks. */
  page(afterSha1: string, limit: number): Promise<Artifact[]>;
  /** Count and total bytes. */
  totals(): Promise<{ count: number; bytes: number }>;
}
