import { sql } from 'kysely';
import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { Logger } from '../../ports/logger.ts';
import type { StoreHealth, Transaction } from '../../ports/store.ts';
import { AppError } from '../../base/errors.ts';
import type { Connection } from './connection.ts';
import type { DatabaseStore } from './database-store.ts';
import { isTransactionConflict, reasonOf, toAppError } from './database-errors.ts';
import { runEffects } from './effects.ts';
import { identityRecordRepository } from './identity-records.ts';
import { applyMigrations, toApplied } from './migrate.ts';
import { postgresAddress } from './postgres-address.ts';
import { announcePresence, type Presence } from './postgres-presence.ts';
import type { Migration } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openPool, type Pool } from './postgres-pool.ts';
import { keepsPreparedStatements } from './postgres-pooler.ts';
import { SharedReads } from './postgres-reads.ts';
import { sharing, writeIn } from './postgres-transaction.ts';
import { migrationLock } from './postgres-session.ts';
import { QueueTurns } from './queue-turns.ts';
import { repositories } from './repositories.ts';
import type { Schema } from './schema.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Maximum connections for transactions that write; default 10. Reads and health checks have four others. */
  poolSize?: number;
  /** How long to wait for a connection; default 5,000. */
  connectMs?: number;
  /** A busy connection that is silent for this long is abandoned; default 20,000. */
  silentMs?: number;
  migrations?: readonly Migration[];
  logger?: Logger;
  /** Called before tables are created in a database without ours; may throw to leave it untouched. */
  beforeCreating?: () => Promise<void>;
}

export interface PostgresStore extends DatabaseStore {
  /** The database's time, epoch milliseconds. */
  now(): Promise<number>;
}

/** Attempts of a transaction that meets conflicts. */
const maxTries = 5;
const defaultSilentMs = 20_000;
/** Reads at the same time, each for all callers that wait. */
const maxReads = 3;
/** For health checks and the time, which must not wait for a long read. */
const sparedConnections = 1;
/** Health checks do not wait for a silent database. */
const healthMs = 3_000;

/** The connections of a server to a database that has every table. */
export interface PostgresConnections {
  pool: Pool;
  readPool: Pool;
  /** Resolves when all of them are closed. */
  close(): Promise<void>;
}

/** @throws AppError `unavailable` if the database cannot be reached or migrated, `invalid_argument` if its address is wrong */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  return storeOver(await connectPostgres(options));
}

/** Connects, and migrates. @throws as `openPostgresStore` */
export async function connectPostgres(options: PostgresStoreOptions): Promise<PostgresConnections> {
  const connectMs = options.connectMs ?? 5_000;
  const url = postgresAddress(options.url);
  const prepares = await canPrepare(url, connectMs, options.logger);
  const common = { url, connectMs, prepares, logger: options.logger };
  const pool = openPool({ ...common, size: options.poolSize ?? 10 });
  const readPool = openPool({ ...common, size: maxReads + sparedConnections });
  const { db } = pool;
  let presence: Presence | undefined;
  const close = async () => {
    await Promise.all([pool.close(), readPool.close()]);
    presence?.leave();
  };
  try {
    presence = await announcePresence(
      {
        connectionString: url,
        connectionTimeoutMillis: connectMs,
        application_name: 'dpxdt presence',
      },
      options.logger,
    );
    if (options.beforeCreating !== undefined && !(await hasOurTables(db))) await options.beforeCreating();
    await migrate(db, options.migrations ?? migrations);
  } catch (error) {
    await close();
    if (error instanceof AppError) throw error;
    throw cannotOpen(error);
  }
  // Not earlier: a migration may take long.
  for (const { giveUpSilent } of [pool, readPool]) giveUpSilent(options.silentMs ?? defaultSilentMs);
  return { pool, readPool, close };
}

/** A store that remembers nothing of an earlier one over the same connections; they close with it. */
export function storeOver({ pool, readPool, close }: PostgresConnections): PostgresStore {
  let isFull = false;
  const turns = new QueueTurns();
  const reads = new SharedReads(readPool, { turns, maxGroups: maxReads });

  async function attempt<T>(
    work: (connection: Connection, afterCommit: Transaction['afterCommit']) => Promise<T>,
  ): Promise<T> {
    const effects: (() => void)[] = [];
    let hasWritten = false;
    const value = await writeIn(pool, async (transaction) => {
      const result = await work(sharing(transaction, turns), (effect) => void effects.push(effect));
      if (isFull) hasWritten = await hasTransactionId(transaction.db);
      return result;
    });
    if (hasWritten) isFull = false;
    runEffects(effects);
    return value;
  }

  async function write<T>(work: Parameters<typeof attempt<T>>[0]): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(work);
      } catch (error) {
        if (isTransactionConflict(error) && tries < maxTries) continue;
        const mapped = toAppError(error);
        if (mapped instanceof AppError && mapped.code === 'storage_full') isFull = true;
        throw mapped;
      }
    }
  }

  return {
    transaction: (work) =>
      write((connection, afterCommit) => work({ ...repositories(connection), afterCommit })),
    read: (work) => reads.read('snapshot', readingIn(work)),
    readLatest: (work) => reads.read('latest', readingIn(work)),
    identityRecords: {
      transaction: (work) => write((connection) => work(identityRecordRepository(connection))),
      read: (work) => reads.read('snapshot', (connection) => work(identityRecordRepository(connection))),
    },
    async health(): Promise<StoreHealth> {
      if (isFull) return 'degraded';
      const answered = sql`select 1`.execute(readPool.db).then(
        () => 'ok' as const,
        () => 'unavailable' as const,
      );
      return Promise.race([answered, unavailableAfter(healthMs)]);
    },
    async now() {
      try {
        const { rows } = await sql<{ now: number }>`
          select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(readPool.db);
        return rows[0]!.now;
      } catch (error) {
        throw toAppError(error);
      }
    },
    close,
  };
}

function readingIn<T>(work: (tx: Transaction) => Promise<T>): (connection: Connection) => Promise<T> {
  return (connection) => work({ ...repositories(connection), afterCommit: ignored });
}

/** A read commits nothing. */
function ignored(): void {
  return undefined;
}

function unavailableAfter(ms: number): Promise<'unavailable'> {
  return new Promise((resolve) => setTimeout(() => resolve('unavailable'), ms).unref());
}

/** A transaction that changed nothing has no id, and its success says nothing about free space. */
async function hasTransactionId(trx: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ id: string | null }>`
    select pg_current_xact_id_if_assigned()::text as id`.execute(trx);
  return rows[0]!.id !== null;
}

function cannotOpen(error: unknown): AppError {
  return new AppError('unavailable', `The database cannot be reached or migrated: ${reasonOf(error)}.`, {
    cause: error,
  });
}

const keepsNoStatements =
  'The connection pooler keeps no prepared statements (PgBouncer in transaction mode needs version 1.21 or newer and max_prepared_statements = 200), so none are used and every call costs more. Point --database-url at PostgreSQL itself to avoid it.';

async function canPrepare(url: string, connectMs: number, logger: Logger | undefined): Promise<boolean> {
  const options = {
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    application_name: 'dpxdt pooler',
  };
  const prepares = await keepsPreparedStatements(options).catch((error: unknown) => {
    throw cannotOpen(error);
  });
  if (!prepares) logger?.warn(keepsNoStatements);
  return prepares;
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
          (await trx.selectFrom('schema_migrations').selectAll().orderBy('name').execute()).map(toApplied),
        record: async (name) =>
          void (await trx.insertInto('schema_migrations').values({ name, applied_at: Date.now() }).execute()),
        recordRunsWith: async (name, runsWith) =>
          void (await trx
            .updateTable('schema_migrations')
            .set({ runs_with: runsWith })
            .where('name', '=', name)
            .execute()),
      },
      known,
    );
  });
}
