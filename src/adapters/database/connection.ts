import { sql } from 'kysely';
import type { Kysely, RawBuilder, SelectQueryBuilder } from 'kysely';
import type { DatabaseKind } from './migrate.ts';
import type { QueueTurns } from './queue-turns.ts';
import type { Schema } from './schema.ts';

/** What every repository works with. */
export interface Connection {
  db: Kysely<Schema>;
  kind: DatabaseKind;
  /** Kept by a store from one transaction to the next; without them every transaction begins anew. */
  turns?: QueueTurns;
}

/**
 * Holds the rows of a query until the transaction ends. SQLite has one writer at a time, so there is nothing to hold;
 * this is the one place where the databases differ. `skip` passes over rows that others hold.
 */
export function locked<Tables extends keyof Schema, Row>(
  { kind }: Connection,
  query: SelectQueryBuilder<Schema, Tables, Row>,
  skip: 'wait' | 'skip' = 'wait',
): SelectQueryBuilder<Schema, Tables, Row> {
  if (kind === 'sqlite') return query;
  return skip === 'skip' ? query.forNoKeyUpdate().skipLocked() : query.forNoKeyUpdate();
}

/** A value written out instead of bound: only so can SQLite's planner use a partial index. Never for user input. */
export function literal<T extends string | number>(value: T): RawBuilder<T> {
  return sql.lit(value);
}
