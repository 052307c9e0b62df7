import type { Socket } from 'node:net';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';
import type { Logger } from '../../ports/logger.ts';
import type { StoreHealth, Transaction } from '../../ports/store.ts';
import { AppError } from '../../base/errors.ts';
import type { Connection } from './connection.ts';
import type { DatabaseStore } from './database-store.ts';
import { codeOf, isTransactionConflict, toAppError, toCommitError } from './database-errors.ts';
import { runEffects } from './effects.ts';
import { identityRecordRepository } from './identity-records.ts';
import { applyMigrations } from './migrate.ts';
import type { Migration } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { QueueTurns } from './queue-turns.ts';
import { repositories } from './repositories.ts';
import type { Schema } from './schema.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Connections at once; default 10. */
  poolSize?: number;
  /** How long to wait for a connection; default 5,000. */
  connectMs?: number;
  /** A connection at work that nothing was heard from for so long is given up; default 20,000. */
  silentMs?: number;
  migrations?: readonly Migration[];
  logger?: Logger;
  /** Called before tables are made in a database that has none of ours; may throw to leave it alone. */
  beforeCreating?: () => Promise<void>;
}

export interface PostgresStore extends DatabaseStore {
  /** The database's time, epoch milliseconds. */
  now(): Promise<number>;
}

/** Conflicts between transactions before one is given up. */
const maxTries = 5;
const defaultSilentMs = 20_000;
/** Who asks for the health does not wait for a database that is silent. */
const healthMs = 3_000;
/** Taken while migrating, so that servers that start together do it once. */
const migrationLock = 4_737_683;

const int8 = 20;
const numeric = 1700;

/** @throws AppError `unavailable` when the database cannot be reached or migrated */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectMs ?? 5_000,
    application_name: 'dpxdt',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 || oid === numeric
          ? Number
          : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
    },
  });
  // A connection that breaks, idle or in use, is replaced at the next use; without listeners it would end the process.
  const lost = (error: Error) =>
    options.logger?.warn('A database connection was lost.', { error: error.message });
  pool.on('connect', (client) => client.on('error', lost));
  pool.on('error', () => undefined);
  const giveUpSilent = silentConnections(pool);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    if (options.beforeCreating !== undefined && !(await hasOurTables(db))) await options.beforeCreating();
    await migrate(db, options.migrations ?? migrations);
  } catch (error) {
    await db.destroy();
    if (error instanceof AppError) throw error;
    const message = error instanceof Error && error.message !== '' ? error.message : codeOf(error);
    throw new AppError('unavailable', `The database cannot be reached or migrated: ${message}.`, {
      cause: error,
    });
  }
  // Only from here on: a step of a migration may take long.
  giveUpSilent(options.silentMs ?? defaultSilentMs);
  let isFull = false;
  const turns = new QueueTurns();

  async function attempt<T>(
    work: (connection: Connection, afterCommit: Transaction['afterCommit']) => Promise<T>,
    mode: 'read only' | 'read write',
  ): Promise<T> {
    const effects: (() => void)[] = [];
    const builder =
      mode === 'read only'
        ? db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
        : db.transaction().setIsolationLevel('read committed');
    let hasWritten = false;
    let isCommitting = false;
    let failed: { error: unknown } | null = null;
    const value = await builder
      .execute(async (trx) => {
        try {
          const connection: Connection = { db: trx, kind: 'postgres', turns };
          const result = await work(connection, (effect) => void effects.push(effect));
          if (isFull && mode === 'read write') hasWritten = await hasTransactionId(trx);
          isCommitting = mode === 'read write';
          return result;
        } catch (error) {
          failed = { error };
          throw error;
        }
      })
      .catch((error: unknown) => {
        // Where the connection broke, undoing fails too, and would be heard instead of the reason.
        if (failed !== null) throw failed.error;
        throw isCommitting ? toCommitError(error) : error;
      });
    if (hasWritten) isFull = false;
    runEffects(effects);
    return value;
  }

  async function write<T>(work: Parameters<typeof attempt<T>>[0]): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(work, 'read write');
      } catch (error) {
        if (isTransactionConflict(error) && tries < maxTries) continue;
        const mapped = toAppError(error);
        if (mapped instanceof AppError && mapped.code === 'storage_full') isFull = true;
        throw mapped;
      }
    }
  }

  async function read<T>(work: Parameters<typeof attempt<T>>[0]): Promise<T> {
    try {
      return await attempt(work, 'read only');
    } catch (error) {
      throw toAppError(error);
    }
  }

  const withRepositories =
    <T>(work: (tx: Transaction) => Promise<T>): Parameters<typeof attempt<T>>[0] =>
    (connection, afterCommit) =>
      work({ ...repositories(connection), afterCommit });

  return {
    transaction: (work) => write(withRepositories(work)),
    read: (work) => read(withRepositories(work)),
    identityRecords: {
      transaction: (work) => write((connection) => work(identityRecordRepository(connection))),
      read: (work) => read((connection) => work(identityRecordRepository(connection))),
    },
    async health(): Promise<StoreHealth> {
      if (isFull) return 'degraded';
      const answered = sql`select 1`.execute(db).then(
        () => 'ok' as const,
        () => 'unavailable' as const,
      );
      return Promise.race([answered, unavailableAfter(healthMs)]);
    },
    async now() {
      try {
        const { rows } = await sql<{ now: number }>`
          select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
        return rows[0]!.now;
      } catch (error) {
        throw toAppError(error);
      }
    },
    close: () => db.destroy(),
  };
}

/**
 * Watches connections that somebody works with: a database that is frozen, or beyond a network that swallows packets,
 * would keep its callers waiting for ever. Such a connection is cut, which fails its query like any lost connection.
 *
 * @returns starts the watch, with how long a connection may be silent (milliseconds)
 */
function silentConnections(pool: pg.Pool): (silentMs: number) => void {
  let limitMs: number | null = null;
  // The driver has no public way to cut a connection without a word to the other side.
  const socketOf = (client: pg.PoolClient) =>
    (client as unknown as { connection: { stream: Socket } }).connection.stream;
  const cut = function (this: Socket) {
    this.destroy(new Error('Connection terminated: the database was silent for too long.'));
  };
  pool.on('acquire', (client) => {
    if (limitMs !== null) socketOf(client).setTimeout(limitMs, cut);
  });
  pool.on('release', (_error, client) => {
    if (limitMs !== null) socketOf(client).setTimeout(0, cut);
  });
  return (silentMs) => (limitMs = silentMs);
}

function unavailableAfter(ms: number): Promise<'unavailable'> {
  return new Promise((resolve) => setTimeout(() => resolve('unavailable'), ms).unref());
}

/** A transaction that changed nothing has none, and says nothing about the space that is left. */
async function hasTransactionId(trx: KyselyTransaction<Schema>): Promise<boolean> {
  const { rows } = await sql<{ id: string | null }>`
    select pg_current_xact_id_if_assigned()::text as id`.execute(trx);
  return rows[0]!.id !== null;
}

async function hasOurTables(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ name: string | null }>`
    select to_regclass('schema_migrations')::text as name`.execute(db);
  return rows[0]!.name !== null;
}

async function migrate(db: Kysely<Schema>, known: readonly Migration[]): Promise<void> {
  await db.transaction().execute(async (trx: KyselyTransaction<Schema>) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(trx);
    await applyMigrations(
      {
        kind: 'postgres',
        run: async (statement) => void (await sql.raw(statement).execute(trx)),
        applied: async () =>
          (await trx.selectFrom('schema_migrations').select('name').orderBy('name').execute()).map(
            ({ name }) => name,
          ),
        record: async (name) =>
          void (await trx.insertInto('schema_migrations').values({ name, applied_at: Date.now() }).execute()),
      },
      known,
    );
  });
}
