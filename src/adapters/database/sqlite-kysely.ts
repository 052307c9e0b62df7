import { Kysely, SqliteDialect, type KyselyConfig } from 'kysely';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Schema } from './schema.ts';

/** The methods of a statement that Kysely calls. */
interface KyselyStatement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

type Row = Record<string, unknown>;

/** Enough for all distinct queries, and a limit for lists of varying length. */
const maxStatements = 500;

/**
 * Kysely on top of `node:sqlite`. Statements are prepared once and cached. The caller closes the database.
 *
 * @param options `log`: called with every query
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
  // Objects from SQLite's binding have no hidden class that V8 could reuse, which doubles the cost of lists.
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
