/** A change in a release; read the current state from the store. */
export interface ReleaseChange {
  releaseId: number;
  /** The release's version after the change. */
  version: number;
  /** Null if it is not known, as for changes made through another server. */
  actor: string | null;
}

/** Live, committed changes, whichever server of the database made them. */
export interface ChangeFeed {
  publish(change: ReleaseChange): void;
  /** @returns a function that ends the subscription */
  subscribe(releaseId: number, listener: (change: ReleaseChange) => void): () => void;
}
