/** What a connection pooler between the server and PostgreSQL takes away. */

import pg from 'pg';

/**
 * Whether a connection still has in its next transaction what it prepared in an earlier one. Behind a pooler in
 * transaction mode it does not, unless the pooler follows prepared statements as PgBouncer does since 1.21: each
 * transaction may go to another session of the database.
 *
 * @throws errors of the connections
 */
export async function keepsPreparedStatements(options: pg.ClientConfig): Promise<boolean> {
  const [asking, holding] = [new pg.Client(options), new pg.Client(options)];
  for (const client of [asking, holding]) client.on('error', () => undefined);
  try {
    await Promise.all([asking.connect(), holding.connect()]);
    const ask = () => asking.query({ name: 'dpxdt_probe', text: 'select 1' });
    await ask();
    // A pooler gives the session that was used last to the next transaction, so `asking` now gets another one.
    await holding.query('begin');
    await ask();
    return true;
  } catch (error) {
    if (lostOrForeign.includes((error as { code?: unknown }).code)) return false;
    throw error;
  } finally {
    await Promise.all([asking.end(), holding.end()].map((ended) => ended.catch(() => undefined)));
  }
}

/** SQLSTATE invalid_sql_statement_name, and duplicate_prepared_statement: what an earlier client of the session left. */
const lostOrForeign: readonly unknown[] = ['26000', '42P05'];
