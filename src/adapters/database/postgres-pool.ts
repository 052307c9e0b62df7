import type { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool } from 'kysely';
import pg from 'pg';
import type { Logger } from '../../ports/logger.ts';
import { isOutdatedPlan } from './database-errors.ts';
import { socketOf } from './postgres-session.ts';
import type { Schema } from './schema.ts';
import { preparedName } from './statement.ts';

export interface PoolOptions {
  url: string;
  /** Maximum connections. */
  size: number;
  /** How long to wait for a connection, in milliseconds. */
  connectMs: number;
  /** Whether connections keep what they prepared; false behind some poolers. */
  prepares: boolean;
  logger: Logger | undefined;
}

/** A connection in use. */
export interface PooledClient {
  /** Sends a statement behind those that are not answered yet. */
  query(text: string, values: readonly unknown[]): Promise<pg.QueryResult<never>>;
  /** Makes the plans of its statements anew, if it is time. To be called once for every transaction. */
  replan(): void;
  /** Closes it when it is used next. */
  retire(): void;
  release(isBroken?: boolean): void;
}

export interface Pool {
  /** For single statements. */
  db: Kysely<Schema>;
  connect: () => Promise<PooledClient>;
  /** From now on, a busy connection that is silent for this long, in milliseconds, is abandoned. */
  giveUpSilent: (silentMs: number) => void;
  /** Resolves when all connections are closed. */
  close: () => Promise<void>;
}

const int8 = 20;
const numeric = 1700;

/** Connections to PostgreSQL, opened when they are needed. */
export function openPool({ url, size, connectMs, prepares, logger }: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    pipeline: true,
    connectionTimeoutMillis: connectMs,
    application_name: 'dpxdt',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 || oid === numeric
          ? Number
          : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
    },
  });
  // A broken connection, idle or in use, is replaced at its next use; without listeners, its error would end the
  // process.
  const lost = (error: Error) => logger?.warn('A database connection was lost.', { error: error.message });
  pool.on('connect', (client) => client.on('error', lost));
  pool.on('error', () => undefined);
  const prepared = preparing(pool, prepares);
  let closed: Promise<void> | undefined;
  return {
    db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool: prepared as unknown as PostgresPool }) }),
    connect: () => prepared.connect(),
    giveUpSilent: silentConnections(pool),
    // Not Kysely's way, which closes nothing that it has not used itself.
    close: () => (closed ??= pool.end()),
  };
}

/**
 * A plan that was made while its table was nearly empty would scan it after it has grown, too. The cost of a scan without
 * an alternative must not make PostgreSQL compile the plan.
 */
const planning = 'set enable_seqscan = off; set jit = off';

/**
 * Such a plan may also use an index on the release alone, since all indexes are equally good for a few rows. So plans are
 * made again after as many transactions as before; this is how many come first.
 */
const firstReplan = 32;

interface PreparingPool {
  options: pg.PoolOptions;
  connect(): Promise<PooledClient>;
  end(): Promise<void>;
}

/**
 * The pool for Kysely, which knows nothing of names: a connection prepares each known statement once. When another server
 * has migrated, what was prepared before no longer fits, so all connections are replaced.
 */
function preparing(pool: pg.Pool, prepares: boolean): PreparingPool {
  const wrapped = new WeakMap<pg.PoolClient, PooledClient>();
  /** Connections that were opened since the tables last changed. */
  let current = new WeakSet<pg.PoolClient>();
  const wrap = (client: pg.PoolClient): PooledClient => {
    let transactions = 0;
    let nextReplan = firstReplan;
    return {
      async query(text, values) {
        collect(client);
        const name = !prepares || values.length === 0 ? null : preparedName(text);
        try {
          return await client.query({ text, values: values as unknown[], ...(name !== null && { name }) });
        } catch (error) {
          if (isOutdatedPlan(error) && current.has(client)) current = new WeakSet();
          throw error;
        }
      },
      replan() {
        if (!prepares || ++transactions < nextReplan) return;
        nextReplan *= 2;
        // Its failure shows at the next statement.
        client.query('discard plans').catch(() => undefined);
      },
      retire: () => void current.delete(client),
      release: (isBroken) => client.release(isBroken === true || !current.has(client)),
    };
  };
  return {
    options: pool.options,
    async connect() {
      for (;;) {
        const client = await pool.connect();
        const known = wrapped.get(client);
        if (known !== undefined && current.has(client)) return known;
        if (known === undefined) {
          const fresh = wrap(client);
          wrapped.set(client, fresh);
          current.add(client);
          await fresh.query(planning, []);
          return fresh;
        }
        client.release(true);
      }
    },
    end: () => pool.end(),
  };
}

/** Sends what is asked now and right after it at once, since each message that is sent costs as much as a short statement. */
function collect(client: pg.PoolClient): void {
  const socket = socketOf(client);
  if (socket.writableCorked > 0) return;
  socket.cork();
  // Twice, as what waits for the next tick may ask, too.
  process.nextTick(() => process.nextTick(() => socket.uncork()));
}

/**
 * Watches busy connections: a frozen database, or a network that drops packets, would keep callers waiting
 * indefinitely. A silent connection is closed, so that its query fails like on any lost connection.
 *
 * @returns starts the watch; its parameter is how long a connection may be silent, in milliseconds
 */
function silentConnections(pool: pg.Pool): (silentMs: number) => void {
  let limitMs: number | null = null;
  const giveUp = function (this: Socket) {
    this.destroy(new Error('Connection terminated: the database was silent for too long.'));
  };
  pool.on('acquire', (client) => {
    if (limitMs !== null) socketOf(client).setTimeout(limitMs, giveUp);
  });
  pool.on('release', (_error, client) => {
    if (limitMs !== null) socketOf(client).setTimeout(0, giveUp);
  });
  return (silentMs) => (limitMs = silentMs);
}
