import { sql } from 'kysely';
import type { Kysely, RawBuilder, SelectQueryBuilder } from 'kysely';
import type { CombinedStatements } from './combined-statements.ts';
import type { DatabaseKind } from './migrate.ts';
import type { PostgresTransaction } from './postgres-transaction.ts';
import type { QueueTurns } from './queue-turns.ts';
import type { Schema } from './schema.ts';

/** What every repository needs. */
export interface Connection {
  db: Kysely<Schema>;
  kind: DatabaseKind;
  /** Kept by a store between transactions; without them, every transaction starts from scratch. */
  turns?: QueueTurns;
  /** Of PostgreSQL. */
  transaction?: PostgresTransaction;
  /** Of a transaction that several use cases share. */
  combined?: CombinedStatements;
}

/**
 * Locks the rows of a query until the transaction ends. SQLite has one writer at a time and needs no row locks; the
 * databases differ nowhere else. `skip` skips rows locked by others.
 */
export function locked<Tables extends keyof Schema, Row>(
  { kind }: Connection,
  query: SelectQueryBuilder<Schema, Tables, Row>,
  skip: 'wait' | 'skip' = 'wait',
): SelectQueryBuilder<Schema, Tables, Row> {
  if (kind === 'sqlite') return query;
  return skip === 'skip' ? query.forNoKeyUpdate().skipLocked() : query.forNoKeyUpdate();
}

/**
 * A literal instead of a bound value, because SQLite's planner could not use a partial index otherwise. Never for
 * user input.
 */
export function literal<T extends string | number>(value: T): RawBuilder<T> {
  return sql.lit(value);
}
