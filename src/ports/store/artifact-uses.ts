/** An artifact that a run uses. */
export interface ArtifactUse {
  buildId: number;
  sha1: string;
  runId: number;
}

export interface DroppedArtifacts {
  /** Artifacts of builds that were checked. 0: nothing is due. */
  checked: number;
  /** How many of them the build no longer owns. */
  disowned: number;
  /** Artifacts that no build owned any longer; their rows were deleted. Bytes of all of them. */
  artifacts: number;
  bytes: number;
}

/** Which artifacts are in use, and the end of those that are not. Times are epoch milliseconds. */
export interface ArtifactUseRepository {
  /** Repeating changes nothing. A use lasts until its run is deleted, even if the run shows something else by then. */
  add(uses: readonly ArtifactUse[]): Promise<void>;
  /**
   * Keeps artifacts that are about to be used for the full time, if little of it is left.
   *
   * @returns those of the digests that the build still owns
   */
  keep(buildId: number, digests: readonly string[], now: number): Promise<Set<string>>;
  /**
   * Checks artifacts that are due, and deletes the rows of those that no run uses. Skips rows locked by others.
   *
   * @param limit how many to check
   */
  dropUnused(now: number, limit: number): Promise<DroppedArtifacts>;
  /** Which of the digests belong to artifacts that were dropped and whose files have not been removed. */
  dropped(digests: readonly string[]): Promise<Set<string>>;
  /** Their files were removed. */
  forgetDropped(digests: readonly string[]): Promise<void>;
}
