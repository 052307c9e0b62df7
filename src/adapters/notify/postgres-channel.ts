import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../ports/logger.ts';
import { postgresAddress } from '../database/postgres-address.ts';
import { cut, leadLock } from '../database/postgres-session.ts';
import { MessageDraft, readMessage, type ServerChannel, type ServerMessage } from './server-channel.ts';

export interface PostgresChannelOptions {
  /** `postgres://…`. */
  url: string;
  logger: Logger;
  /** Least time between two sendings; default 100. */
  gapMs?: number;
  /** How long the database may take to answer, and a test message to arrive; default 5,000. */
  silentMs?: number;
  /** Pause before a lost connection is opened again; default 1,000. */
  retryMs?: number;
  /** Pause after a connection that cannot listen; default 300,000. */
  retryDeafMs?: number;
  /** How often an idle connection is checked; default 15,000. */
  checkMs?: number;
}

const cannotListen =
  'This database connection cannot listen for notifications (a connection pooler in transaction mode?). Changes made through other servers are seen with a delay of up to 2 s. Point --database-url at PostgreSQL itself to avoid it.';

/**
 * LISTEN and NOTIFY on a separate connection, because a connection that waits for a query or in a transaction hears
 * nothing. It is opened in the background and again whenever it is lost; the server works without it.
 */
export function openPostgresChannel(options: PostgresChannelOptions): ServerChannel {
  return new PostgresChannel(options);
}

class PostgresChannel implements ServerChannel {
  readonly #options: Required<PostgresChannelOptions>;
  readonly #self = randomUUID();
  readonly #draft = new MessageDraft();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #listener: (message: ServerMessage) => void = () => {};
  #listening: { client: pg.Client; channel: string; leads: Set<string> } | null = null;
  #sending: NodeJS.Timeout | null = null;
  #sentAt = -Infinity;
  #lastQuery: Promise<unknown> = Promise.resolve();

  constructor(options: PostgresChannelOptions) {
    const defaults = { gapMs: 100, silentMs: 5_000, retryMs: 1_000, retryDeafMs: 300_000, checkMs: 15_000 };
    this.#options = { ...defaults, ...options };
    this.#running = this.#run();
  }

  get isListening(): boolean {
    return this.#listening !== null;
  }

  onMessage(listener: (message: ServerMessage) => void): void {
    this.#listener = listener;
  }

  send(message: Partial<ServerMessage>): void {
    this.#draft.add(message);
    const waitMs = this.#sentAt + this.#options.gapMs - performance.now();
    // Never in the caller's turn, so that the changes of one commit go together.
    this.#sending ??= setTimeout(() => void this.#flush(), Math.max(0, waitMs));
  }

  async leads(job: string): Promise<boolean> {
    // Not through a pooler: the lock of a session would stay with a connection that serves others.
    const listening = this.#listening;
    if (listening === null || listening.leads.has(job)) return true;
    const { client, channel } = listening;
    try {
      const { rows } = await this.#query<{ isOurs: boolean }>(
        client,
        `select pg_try_advisory_lock(${leadLock}, hashtext($1)) as "isOurs"`,
        [`${channel} ${job}`],
      );
      if (rows[0]!.isOurs) listening.leads.add(job);
      return rows[0]!.isOurs;
    } catch {
      cut(client);
      return true;
    }
  }

  async close(): Promise<void> {
    if (this.#sending !== null) clearTimeout(this.#sending);
    await this.#flush();
    this.#closing.abort();
    await this.#running;
  }

  async #flush(): Promise<void> {
    this.#sending = null;
    this.#sentAt = performance.now();
    const texts = this.#draft.take(this.#self);
    if (this.#listening === null || texts.length === 0) return;
    const { client, channel } = this.#listening;
    try {
      const sql = 'select pg_notify($1, text) from unnest($2::text[]) as text';
      await this.#query(client, sql, [channel, texts]);
    } catch {
      cut(client);
    }
  }

  async #run(): Promise<void> {
    const { retryMs, retryDeafMs, logger } = this.#options;
    const { signal } = this.#closing;
    let hasWarned = false;
    while (!signal.aborted) {
      let pauseMs = retryMs;
      try {
        if (await this.#listenUntilLost()) hasWarned = false;
        else {
          pauseMs = retryDeafMs;
          if (!hasWarned) logger.warn(cannotListen);
          hasWarned = true;
        }
      } catch (error) {
        if (!hasWarned && !signal.aborted)
          logger.warn('The connection to the other servers was lost; reconnecting.', {
            problem: error instanceof Error ? error.message : String(error),
          });
        hasWarned = true;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns false if messages do not arrive; true after closing @throws when the connection is lost */
  async #listenUntilLost(): Promise<boolean> {
    const client = this.#newClient();
    const lost = new Promise<never>((_resolve, reject) => {
      client.once('error', reject);
      client.once('end', () => reject(new Error('The connection ended.')));
    });
    lost.catch(() => undefined);
    try {
      await client.connect();
      await endWithServer(client);
      const { rows } = await client.query<{ schema: string }>('select current_schema() as schema');
      const channel = `dpxdt_${rows[0]!.schema}`.slice(0, 63);
      if (!(await this.#canListen(client, channel))) return false;
      client.on('notification', ({ payload = '' }) => {
        const message = readMessage(payload, this.#self);
        if (message !== null) this.#listener(message);
      });
      this.#listening = { client, channel, leads: new Set() };
      await Promise.race([lost, this.#checkUntilClosed(client)]);
      return true;
    } finally {
      this.#listening = null;
      await end(client);
    }
  }

  /**
   * Whether what another connection sends arrives here. Behind a pooler, LISTEN succeeds on a connection that the next
   * caller gets, and nothing ever arrives.
   */
  async #canListen(client: pg.Client, channel: string): Promise<boolean> {
    const test = `test ${randomUUID()}`;
    const arrived = new Promise<boolean>((resolve) => {
      client.on('notification', ({ payload }) => payload === test && resolve(true));
    });
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    const other = this.#newClient();
    other.on('error', () => undefined);
    try {
      await other.connect();
      await other.query('select pg_notify($1, $2)', [channel, test]);
    } finally {
      await end(other);
    }
    const timeout = sleep(this.#options.silentMs, false, { ref: false });
    const isHeard = await Promise.race([arrived, timeout]);
    client.removeAllListeners('notification');
    return isHeard;
  }

  /** A network that drops packets would leave the connection silent for hours. */
  async #checkUntilClosed(client: pg.Client): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await sleep(this.#options.checkMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#query(client, 'select 1');
    }
  }

  /** One after the other, as the driver wants it: several jobs ask for their lead at the same moment. */
  #query<R extends pg.QueryResultRow>(
    client: pg.Client,
    sql: string,
    values: unknown[] = [],
  ): Promise<pg.QueryResult<R>> {
    const result = this.#lastQuery.then(() => client.query<R>(sql, values));
    this.#lastQuery = result.catch(() => undefined);
    return result;
  }

  #newClient(): pg.Client {
    const { url, silentMs } = this.#options;
    return new pg.Client({
      connectionString: postgresAddress(url),
      application_name: 'dpxdt messages',
      connectionTimeoutMillis: silentMs,
      query_timeout: silentMs,
      keepAlive: true,
    });
  }
}

/** Has the database end the session, and with it this server's leads, if its machine is gone or its process hangs. */
async function endWithServer(client: pg.Client): Promise<void> {
  const settings = ['tcp_keepalives_idle = 15', 'tcp_keepalives_interval = 5', 'tcp_keepalives_count = 3'];
  // Since PostgreSQL 14.
  for (const setting of [...settings, `idle_session_timeout = '60s'`])
    await client.query(`set ${setting}`).catch(() => undefined);
}

/** The driver's `end` waits for the other side, which may be gone. */
async function end(client: pg.Client): Promise<void> {
  client.on('error', () => undefined);
  const ended = client.end().catch(() => undefined);
  await Promise.race([ended, sleep(500, undefined, { ref: false })]);
  cut(client);
}
