/** Transactions of PostgreSQL that send a statement without waiting for the answers to earlier ones. */

import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { CombinedStatements } from './combined-statements.ts';
import type { Connection } from './connection.ts';
import { codeOf, toCommitError } from './database-errors.ts';
import type { Pool, PooledClient } from './postgres-pool.ts';
import type { QueueTurns } from './queue-turns.ts';
import { isRead } from './statement.ts';
import type { Schema } from './schema.ts';

/** How a transaction begins; null: it is none, each of its statements stands alone. */
const begins = {
  write: 'start transaction isolation level read committed',
  read: 'start transaction isolation level repeatable read read only',
  latest: null,
};

/** SQLSTATE in_failed_sql_transaction: an earlier statement failed. */
const afterFailure = '25P02';

/**
 * One transaction on one connection. The database runs statements in the order in which they were sent, so what depends on
 * nothing but that order need not wait for an answer: a round trip is shared by all that is sent during it.
 */
export class PostgresTransaction {
  /** For queries that are built when they are needed. */
  readonly db: Kysely<Schema>;
  readonly #client: PooledClient;
  readonly #isFramed: boolean;
  /** Null once the transaction has begun, unless statements wait for that. */
  #begun: Promise<unknown> | null;
  /** Whether some do, or did: all later ones stay behind them. */
  #isHeld = false;
  readonly #unheard: Promise<unknown>[] = [];
  #hasEnded = false;
  #failure: { error: unknown } | null = null;

  constructor(client: PooledClient, kind: keyof typeof begins) {
    this.#client = client;
    const begin = begins[kind];
    this.#isFramed = begin !== null;
    this.#begun =
      begin === null
        ? null
        : client.query(begin, []).then(() => {
            if (!this.#isHeld) this.#begun = null;
          });
    this.#begun?.catch(() => undefined);
    client.replan();
    const connection: DatabaseConnection = {
      executeQuery: <R>(query: CompiledQuery) => this.send<R>(query),
      streamQuery: () => {
        throw new TypeError('Results are not streamed.');
      },
    };
    this.db = kyselyOn(connection);
  }

  /** Runs a statement after those that were sent before. @throws what made the transaction fail */
  async send<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await this.#answer(query).catch((error: unknown) => {
      this.#failure ??= { error };
      throw codeOf(error) === afterFailure ? this.#failure.error : error;
    });
    const counts = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE';
    return { rows, ...(counts && { numAffectedRows: BigInt(rowCount ?? 0) }) };
  }

  /** Runs a statement whose answer no one needs: if it fails, so do the statements after it, and the commit. */
  sendUnheard(query: CompiledQuery<unknown>): void {
    this.#unheard.push(this.send(query).catch(() => undefined));
  }

  #answer(query: CompiledQuery<unknown>): Promise<QueryAnswer> {
    const ask = async () => {
      if (this.#hasEnded) throw new Error('The transaction has ended.');
      if (!this.#isFramed && !isRead(query.sql)) throw new Error('A read changes nothing.');
      return this.#client.query(query.sql, query.parameters);
    };
    if (this.#begun === null) return ask();
    // What changes something must not run by itself, should the transaction not begin.
    if (this.#isHeld || !isRead(query.sql)) {
      this.#isHeld = true;
      return this.#begun.then(ask);
    }
    return Promise.all([ask(), this.#begun]).then(([answer]) => answer);
  }

  /** @throws why nothing was changed, or AppError `outcome_unknown` */
  async commit(): Promise<void> {
    await this.#begun;
    this.#hasEnded = true;
    const { command } = await this.#client.query('commit', []).catch((error: unknown) => {
      throw toCommitError(error);
    });
    await Promise.all(this.#unheard);
    if (command !== 'ROLLBACK') return;
    // What is committed after a failure is rolled back.
    if (this.#failure !== null) throw this.#failure.error;
    throw new Error('The database rolled back.');
  }

  /** Where there is nothing to keep. @returns false if the connection is of no use anymore */
  async end(how: 'commit' | 'rollback'): Promise<boolean> {
    this.#hasEnded = true;
    if (!this.#isFramed) return this.#failure === null;
    return this.#client.query(how, []).then(
      () => true,
      () => false,
    );
  }
}

type QueryAnswer = Awaited<ReturnType<PooledClient['query']>>;

/** @returns what `work` does, once it is committed */
export async function writeIn<T>(
  pool: Pool,
  work: (transaction: PostgresTransaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const transaction = new PostgresTransaction(client, 'write');
  let isBroken = false;
  try {
    const value = await work(transaction);
    await transaction.commit();
    return value;
  } catch (error) {
    isBroken = !(await transaction.end('rollback'));
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/** @param kind `read`: from one snapshot; `latest`: each statement what is committed when it runs */
export async function readIn<T>(
  pool: Pool,
  kind: 'read' | 'latest',
  work: (transaction: PostgresTransaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const transaction = new PostgresTransaction(client, kind);
  try {
    return await work(transaction);
  } finally {
    // Not awaited: the next transaction of the connection is sent behind it.
    void transaction.end('commit').then((isWell) => {
      if (!isWell) client.retire();
    });
    client.release();
  }
}

/** The connection of `jobs` use cases to their transaction. */
export function sharing(transaction: PostgresTransaction, turns: QueueTurns, jobs = Infinity): Connection {
  const { db } = transaction;
  const shared = jobs > 1 && { combined: new CombinedStatements((query) => transaction.send(query)) };
  return { db, kind: 'postgres', turns, transaction, ...shared };
}

/** A query builder on one connection, which does not wait for its turn, as Kysely's transactions do. */
function kyselyOn(connection: DatabaseConnection): Kysely<Schema> {
  const nothing = () => Promise.resolve();
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createDriver: () => ({
        init: nothing,
        acquireConnection: () => Promise.resolve(connection),
        beginTransaction: nothing,
        commitTransaction: nothing,
        rollbackTransaction: nothing,
        releaseConnection: nothing,
        destroy: nothing,
      }),
    },
  });
}
