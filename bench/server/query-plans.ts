/** The statements of a use case and their query plans, on the database that was measured. */
import { noTracer } from '../../src/ports/tracer.ts';
import { Kysely, PostgresDialect } from 'kysely';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import pg from 'pg';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { repositories } from '../../src/adapters/database/repositories.ts';
import type { Schema } from '../../src/adapters/database/schema.ts';
import { sqliteKysely } from '../../src/adapters/database/sqlite-kysely.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import type { Transaction } from '../../src/ports/store.ts';
import { defaultServiceSettings, type Deps } from '../../src/services/deps.ts';
import type { Place } from './places.ts';

export interface ExplainedStatement {
  sql: string;
  /** One line per step. */
  plan: string[];
}

type UseCase = (deps: Deps) => Promise<unknown>;
type Statements = Map<string, readonly unknown[]>;

/** Runs use cases in transactions that are rolled back. @returns their statements by the name of the use case */
export async function explain(
  place: Place,
  useCases: Record<string, UseCase>,
): Promise<Record<string, ExplainedStatement[]>> {
  const found: Record<string, ExplainedStatement[]> = {};
  for (const [name, useCase] of Object.entries(useCases)) {
    found[name] =
      place.databaseUrl === null
        ? await explainOnSqlite(join(place.dataFolder, 'dpxdt.sqlite'), useCase)
        : await explainOnPostgres(place.databaseUrl, useCase);
  }
  return found;
}

async function explainOnSqlite(file: string, useCase: UseCase): Promise<ExplainedStatement[]> {
  const database = new DatabaseSync(file);
  const seen: Statements = new Map();
  const db = sqliteKysely(database, { log: ({ query }) => void seen.set(query.sql, query.parameters) });
  database.exec('begin');
  await useCase(depsOn({ ...repositories({ db, kind: 'sqlite' }), afterCommit: () => undefined }));
  const explained = [...seen].map(([sql, parameters]) => ({
    sql,
    plan: database
      .prepare(`explain query plan ${sql}`)
      .all(...(parameters as SQLInputValue[]))
      .map(({ detail }) => String(detail)),
  }));
  database.exec('rollback');
  database.close();
  return explained;
}

async function explainOnPostgres(url: string, useCase: UseCase): Promise<ExplainedStatement[]> {
  const pool = new pg.Pool({ connectionString: url, max: 1, types: { getTypeParser } });
  const seen: Statements = new Map();
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void seen.set(query.sql, query.parameters),
  });
  const explained: ExplainedStatement[] = [];
  const rollback = new Error('rolled back');
  try {
    await db.transaction().execute(async (trx) => {
      await useCase(depsOn({ ...repositories({ db: trx, kind: 'postgres' }), afterCommit: () => undefined }));
      // A snapshot, because the `explain` statements are logged, too. `begin` has no plan.
      for (const [sql, parameters] of [...seen].filter(([text]) => hasPlan.test(text))) {
        const { rows } = await trx.executeQuery<{ 'QUERY PLAN': string }>({
          ...db.selectFrom('builds').select('id').compile(),
          sql: `explain (costs off) ${sql}`,
          parameters,
        });
        explained.push({ sql, plan: rows.map((row) => row['QUERY PLAN'].trim()) });
      }
      throw rollback;
    });
  } catch (error) {
    if (error !== rollback) throw error;
  }
  await db.destroy();
  return explained;
}

const hasPlan = /^(select|update|delete|insert)\b/i;

const int8 = 20;

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === int8 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown);
}

/** Dependencies of the use cases, inside one transaction; no files, no mail. */
function depsOn(tx: Transaction): Deps {
  const logger = { debug() {}, info() {}, warn() {}, error: console.error };
  const plain = (content: Uint8Array) => content;
  return {
    store: {
      transaction: (work: (tx: Transaction) => unknown) => work(tx),
      read: (work: (tx: Transaction) => unknown) => work(tx),
    },
    clock: systemClock,
    ids: nodeIds(),
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    vault: { seal: plain, open: plain },
    logger,
    tracer: noTracer,
    settings: { ...defaultServiceSettings, publicUrl: 'http://localhost:5000' },
  } as unknown as Deps;
}
