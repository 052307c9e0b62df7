/** Values shared by all servers of a database. */
export interface ServerValueRepository {
  /** Stores the value unless one exists. @returns the stored value */
  agree(name: string, value: string): Promise<string>;
  find(name: string): Promise<string | null>;
  /** Stores the value, replacing any existing one. */
  set(name: string, value: string): Promise<void>;
  /** Waits until no other transaction holds the name; the name needs no value. */
  lock(name: string): Promise<void>;
  /** @returns false if it did not exist */
  delete(name: string): Promise<boolean>;
}
