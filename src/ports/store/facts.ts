/** What all servers of a database must agree on. */
export interface FactRepository {
  /** Keeps the value unless there is one. @returns the value that is kept */
  agree(name: string, value: string): Promise<string>;
  find(name: string): Promise<string | null>;
  /** Keeps the value instead of the one there is, if any. */
  set(name: string, value: string): Promise<void>;
  /** Waits until no other transaction holds the name; it needs no value. */
  lock(name: string): Promise<void>;
  /** @returns false when it was not there */
  delete(name: string): Promise<boolean>;
}
