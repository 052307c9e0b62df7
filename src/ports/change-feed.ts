/** A change in a release; read the current state from the store. */
export interface ReleaseChange {
  buildId: number;
  releaseId: number;
  /** The runs that changed, or an empty list for the release alone. */
  runIds: readonly number[];
  /** The release's version after the change. */
  version: number;
  actor: string | null;
}

/** Live, committed changes within this process. */
export interface ChangeFeed {
  publish(change: ReleaseChange): void;
  /** @returns a function that ends the subscription */
  subscribe(releaseId: number, listener: (change: ReleaseChange) => void): () => void;
}
