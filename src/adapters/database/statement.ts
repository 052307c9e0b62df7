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

/** Whether a query changes nothing. It may lock rows. */
export function isRead(text: string): boolean {
  return /^\s*select /i.test(text);
}

/** Whether what several ask may be asked at once: of rows that are locked, each wants its own. */
function canCombine(text: string): boolean {
  return isRead(text) && !/ for (no key )?update/i.test(text);
}

/** Runs a compiled query. On PostgreSQL, those of a transaction run in the order of the calls. */
export async function run<Row>(
  { transaction, db }: Connection,
  query: CompiledQuery<Row>,
): Promise<Answer<Row>> {
  return answerOf(await (transaction === undefined ? db.executeQuery(query) : transaction.send(query)));
}

/** As {@link run} where no one needs the answer. On PostgreSQL a failure shows later, at the commit at the latest. */
export async function runUnheard(connection: Connection, query: CompiledQuery<unknown>): Promise<void> {
  if (connection.transaction === undefined) await connection.db.executeQuery(query);
  else connection.transaction.sendUnheard(query);
}

type Build<Values, Row> = (db: Kysely<Schema>, values: Values, connection: Connection) => Compilable<Row>;

/**
 * A query whose text never changes: the first call builds and compiles it, later calls only bind values. For queries
 * of every request, which cost more to build than to run.
 *
 * @param build creates the query from a placeholder for each value. It may use them wherever a value is allowed (also
 * as a whole: `set(values)`), but must not inspect them. All calls must pass the same names.
 */
export function statement<Values extends object, Row = never>(
  build: Build<Values, Row>,
): (connection: Connection, values: Values) => Promise<Answer<Row>> {
  const bind = binding(build);
  return (connection, values) => {
    const query = bind(connection, values);
    const { combined } = connection;
    return combined !== undefined && canCombine(query.sql) ? combined.ask(query) : run(connection, query);
  };
}

/** As {@link statement} for a change whose outcome no one needs: see {@link runUnheard}. */
export function change<Values extends object>(
  build: Build<Values, unknown>,
): (connection: Connection, values: Values) => Promise<void> {
  const bind = binding(build);
  return (connection, values) => runUnheard(connection, bind(connection, values));
}

function binding<Values extends object, Row>(
  build: Build<Values, Row>,
): (connection: Connection, values: Values) => CompiledQuery<Row> {
  const compiled = new Map<DatabaseKind, CompiledQuery<Row>>();

  function compile(connection: Connection, values: Values): CompiledQuery<Row> {
    const slots = Object.keys(values).map((name) => [name, sql.val(new Slot(name))]);
    const query = build(connection.db, Object.fromEntries(slots) as Values, connection).compile();
    compiled.set(connection.kind, prepared(query));
    return query;
  }

  return (connection, values) => {
    const query = compiled.get(connection.kind) ?? compile(connection, values);
    const parameters = query.parameters.map((value) =>
      value instanceof Slot ? values[value.name as keyof Values] : value,
    );
    return { ...query, parameters };
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
