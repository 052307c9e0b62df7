import { Kysely, SqliteDialect, type KyselyConfig } from 'kysely';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Schema } from './schema.ts';

/** The part of a statement that Kysely calls. */
interface KyselyStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

type Row = Record<string, unknown>;

/** Enough statements for every shape of query, and a bound for lists of many lengths. */
const maxStatements = 500;

/**
 * Kysely over Node's own SQLite. Statements are prepared once and kept. Closing stays with whoever opened the database.
 *
 * @param options `log`: told of every query
 */
export function sqliteKysely(
  database: DatabaseSync,
  options: Pick<KyselyConfig, 'log'> = {},
): Kysely<Schema> {
  const statements = new Map<string, KyselyStatement>();
  return new Kysely<Schema>({
    ...options,
    dialect: new SqliteDialect({
      database: {
        close: () => undefined,
        prepare(sql) {
          let statement = statements.get(sql);
          if (statement === undefined) {
            if (statements.size >= maxStatements) statements.clear();
            statement = prepare(database, sql);
            statements.set(sql, statement);
          }
          return statement;
        },
      },
    }),
  });
}

function prepare(database: DatabaseSync, sql: string): KyselyStatement {
  const statement = database.prepare(sql);
  const names = statement.columns().map(({ name }) => name);
  // Objects that SQLite's binding makes have no shape that the engine could reuse: for lists that costs twice as much.
  if (names.length > 0) statement.setReturnArrays(true);
  const toRow = (values: unknown): Row => {
    const row: Row = {};
    for (let index = 0; index < names.length; index++) row[names[index]!] = (values as unknown[])[index];
    return row;
  };
  return {
    reader: names.length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])).map(toRow),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    *iterate(parameters) {
      for (const values of statement.iterate(...(parameters as SQLInputValue[]))) yield toRow(values);
    },
  };
}
