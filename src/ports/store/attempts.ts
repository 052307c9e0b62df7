/** How often something was tried, such as a password, in a time window that starts with the first attempt. */
export interface AttemptCount {
  count: number;
  /** When the first attempt was made, epoch milliseconds. */
  since: number;
}

/** Attempts that all servers of a database count together. */
export interface AttemptRepository {
  /**
   * Adds one attempt to each name. Counts that began at `expiredAt` or before start again.
   *
   * @returns the counts with it, in the order of the names
   */
  add(names: readonly string[], now: number, expiredAt: number): Promise<AttemptCount[]>;
  /** Removes one attempt from each count. */
  takeBack(names: readonly string[]): Promise<void>;
}
