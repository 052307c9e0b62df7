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

export interface Answer<Row> {
  rows: Row[];
  changed: number;
}

const names = new Map<string, string>();

/** The name under which PostgreSQL keeps a statement prepared; null: its text may vary, so it is not kept. */
export function preparedName(text: string): string | null {
  return names.get(text) ?? null;
}

/** Marks a query whose text is one of few, so that every connection prepares it once. */
export function prepared<Row>(query: CompiledQuery<Row>): CompiledQuery<Row> {
  if (!names.has(query.sql)) names.set(query.sql, `dpxdt_${names.size + 1}`);
  return query;
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
): (connection: Connection, values: Values) => Promise<Answer<Row>> {
  const compiled = new Map<DatabaseKind, CompiledQuery<Row>>();

  function compile(connection: Connection, values: Values): CompiledQuery<Row> {
    const slots = Object.keys(values).map((name) => [name, sql.val(new Slot(name))]);
    const query = build(connection.db, Object.fromEntries(slots) as Values, connection).compile();
    compiled.set(connection.kind, prepared(query));
    return query;
  }

  return async (connection, values) => {
    const query = compiled.get(connection.kind) ?? compile(connection, values);
    const parameters = query.parameters.map((value) =>
      value instanceof Slot ? values[value.name as keyof Values] : value,
    );
    if (connection.combined !== undefined) return connection.combined.ask({ ...query, parameters });
    return answerOf(await connection.db.executeQuery<Row>({ ...query, parameters }));
  };
}

export function answerOf<Row>({
  rows,
  numAffectedRows = 0n,
}: {
  rows: Row[];
  numAffectedRows?: bigint;
}): Answer<Row> {
  return { rows, changed: Number(numAffectedRows) };
}
