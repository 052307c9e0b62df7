import type { DatabaseSync } from 'node:sqlite';

/** The value of a pragma, or of the only column of a query's only row. */
export function valueOf(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get()!)[0];
}

/** The values of the only column of a query. */
export const namesIn = (database: DatabaseSync, sql: string) =>
  database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);
