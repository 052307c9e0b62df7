/** What the driver has no public way for, and the keys of our advisory locks, which must differ. */

import type { Socket } from 'node:net';
import type pg from 'pg';

/** Held while migrating, so that only one of several starting servers migrates. */
export const migrationLock = 4_737_683;
/** Held together by all that use a database, and alone by a move. First half of the key. */
export const presenceLock = 4_737_684;
/** Held by the server that leads a job. First half of the key. */
export const leadLock = 4_737_685;

export function socketOf(client: pg.ClientBase): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream;
}

/** Ends a connection without a farewell, which a frozen database would never answer. */
export function cut(client: pg.ClientBase): void {
  socketOf(client).destroy();
}
