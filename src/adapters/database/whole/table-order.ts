import type { ColumnKind, TableShape } from '../../../ports/whole-database.ts';

/** A table as a database describes itself. */
export interface DescribedTable extends TableShape {
  /** Tables that it refers to. */
  refersTo: readonly string[];
}

/** Made by the migrations themselves. */
export const migrationsTable = 'schema_migrations';

/** Types of both databases. */
const kinds: Record<string, ColumnKind> = {
  integer: 'integer',
  bigint: 'integer',
  'double precision': 'real',
  text: 'text',
  blob: 'bytes',
  bytea: 'bytes',
};

/** @throws Error for a type that no copy was ever tried with: add it above, with a test */
export function kindOf(table: string, column: string, type: string): ColumnKind {
  const kind = kinds[type.toLowerCase()];
  if (kind === undefined) throw new Error(`${table}.${column} has the unknown type "${type}"`);
  return kind;
}

/**
 * The same order for the same tables in every database: by name, but each after the tables that it refers to. Columns
 * are ordered by name.
 *
 * @throws Error for tables that refer to each other in a circle, or that have no primary key
 */
export function inOrder(tables: readonly DescribedTable[]): TableShape[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const ordered: TableShape[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = ({ refersTo, ...table }: DescribedTable): void => {
    const { name } = table;
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'visiting') throw new Error(`${name} refers to itself in a circle`);
    if (table.key.length === 0) throw new Error(`${name} has no primary key`);
    state.set(name, 'visiting');
    for (const other of [...refersTo].sort()) visit(byName.get(other)!);
    state.set(name, 'done');
    ordered.push({ ...table, columns: table.columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)) });
  };
  for (const name of [...byName.keys()].sort()) visit(byName.get(name)!);
  return ordered;
}
