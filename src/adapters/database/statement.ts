import { sql } from 'kysely';
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Connection } from './connection.ts';
import type { DatabaseKind } from './migrate.ts';
import type { Schema } from './schema.ts';

/** A placeholder in a compiled query for a value of each call. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query whose text never changes: the first call builds and compiles it, later calls only bind values. For queries
 * of every request, which cost more to build than to run.
 *
 * @param build creates the query from a placeholder for each value. It may use them wherever a value is allowed (also
 * as a whole: `set(values)`), but must not inspect them. All calls must pass the same names.
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
