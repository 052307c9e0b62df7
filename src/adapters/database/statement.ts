import { sql } from 'kysely';
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Connection } from './connection.ts';
import type { DatabaseKind } from './migrate.ts';
import type { Schema } from './schema.ts';

/** Stands in a compiled query where a value of each call goes. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query whose text never changes: built and compiled at its first call, later calls only bind their values. For what
 * every request asks; building such a query costs more than running it.
 *
 * @param build makes the query. It gets a placeholder under each name of the values, so it may put them anywhere that a
 *   value goes (also whole, as `set(values)`), but must not look at them. All calls have the same names.
 */
export function statement<Values extends object, Row = never>(
  build: (db: Kysely<Schema>, values: Values, connection: Connection) => Compilable<Row>,
): (connection: Connection, values: Values) => Promise<{ rows: Row[]; changed: number }> {
  const compiled = new Map<DatabaseKind, CompiledQuery<Row>>();

  function compile(connection: Connection, values: Values): CompiledQuery<Row> {
    const slots = Object.keys(values).map((name) => [name, sql.val(new Slot(name))]);
    const query = build(connection.db, Object.fromEntries(slots) as Values, connection).compile();
    compiled.set(connection.kind, query);
    return query;
  }

  return async (connection, values) => {
    const query = compiled.get(connection.kind) ?? compile(connection, values);
    const parameters = query.parameters.map((value) =>
      value instanceof Slot ? values[value.name as keyof Values] : value,
    );
    const { rows, numAffectedRows = 0n } = await connection.db.executeQuery<Row>({ ...query, parameters });
    return { rows, changed: Number(numAffectedRows) };
  };
}
