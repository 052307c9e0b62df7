import { Kysely, PostgresDialect, type RawNode } from 'kysely';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Connection } from '../../../src/adapters/database/connection.ts';
import { QueueTurns } from '../../../src/adapters/database/queue-turns.ts';
import { repositories, type Repositories } from '../../../src/adapters/database/repositories.ts';
import type { Schema } from '../../../src/adapters/database/schema.ts';
import { sqliteKysely } from '../../../src/adapters/database/sqlite-kysely.ts';
import { createMigratedPostgres } from '../../support/migrated-database.ts';
import type { StoreKind } from '../../support/server-world.ts';
import { migratedInMemory } from './recording-store.ts';

export interface WatchedDatabase {
  repositories: Repositories;
  sql(text: string): Promise<void>;
  /**
   * What the statements of `work` read: on SQLite the steps of their plans, on PostgreSQL the rows that were read, also those
   * that no one gets.
   */
  watch(work: () => Promise<unknown>): Promise<{ steps: string[]; rows: number }>;
}

/** A database with all tables and nothing around it. */
export async function watchedDatabase(kind: StoreKind): Promise<WatchedDatabase> {
  let seen: { sql: string; parameters: readonly unknown[] }[] = [];
  const log = ({ query }: { query: { sql: string; parameters: readonly unknown[] } }) =>
    void seen.push(query);
  const db = kind === 'sqlite' ? await openSqlite(log) : await openPostgres(log);
  onTestFinished(() => db.destroy());
  const connection: Connection = { db, kind, turns: new QueueTurns() };
  const execute = <Row>(sql: string, parameters: readonly unknown[] = []) =>
    db.executeQuery<Row>({
      sql,
      parameters,
      query: { kind: 'RawNode' } as RawNode,
      queryId: { queryId: 'watched' },
    });
  return {
    repositories: repositories(connection),
    sql: async (text) => void (await execute(text)),
    async watch(work) {
      seen = [];
      await work();
      const steps: string[] = [];
      let rows = 0;
      for (const { sql, parameters } of [...seen]) {
        if (kind === 'sqlite') {
          const plan = await execute<{ detail: string }>(`explain query plan ${sql}`, parameters);
          steps.push(...plan.rows.map(({ detail }) => detail));
        } else {
          const plan = await execute<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
            `explain (analyze, format json) ${sql}`,
            parameters,
          );
          rows += rowsRead(plan.rows[0]!['QUERY PLAN'][0].Plan);
        }
      }
      return { steps, rows };
    },
  };
}

interface PlanNode {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

function rowsRead(node: PlanNode): number {
  const isScan = node['Node Type'].endsWith('Scan');
  const read = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return (isScan ? read : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), 0);
}

type Log = (event: { query: { sql: string; parameters: readonly unknown[] } }) => void;

async function openSqlite(log: Log): Promise<Kysely<Schema>> {
  const database = await migratedInMemory();
  onTestFinished(() => void database.close());
  return sqliteKysely(database, { log });
}

const int8 = 20;

async function openPostgres(log: Log): Promise<Kysely<Schema>> {
  const getTypeParser = (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown);
  const pool = new pg.Pool({
    connectionString: await createMigratedPostgres(),
    max: 1,
    types: { getTypeParser },
  });
  // The database is cleaned, and its connections ended, while the pool still says goodbye.
  pool.on('error', () => undefined);
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log });
}
