import type { IdentityRecords } from '../../ports/identity-records.ts';
import type { Store } from '../../ports/store.ts';

/** An open database: the core's store, and the records that only the login library uses. */
export interface DatabaseStore extends Store {
  readonly identityRecords: IdentityRecords;
  /** The database's time in epoch milliseconds, if it has a clock that servers share. */
  now?: () => Promise<number>;
}
