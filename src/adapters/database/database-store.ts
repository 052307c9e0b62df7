import type { IdentityRecords } from '../../ports/identity-records.ts';
import type { Store } from '../../ports/store.ts';

/** A database that is open: the store of the core, and what only the library for logins reads and writes. */
export interface DatabaseStore extends Store {
  readonly identityRecords: IdentityRecords;
  /** The database's time, epoch milliseconds, where it has one that servers share. */
  now?: () => Promise<number>;
}
