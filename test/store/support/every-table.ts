/** Rows for every table that there is, so that a new table is tested without being named. */

import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { schemaFiles } from '../../../scripts/schema-sql.ts';
import type { FillableDatabase, Row, TableShape, Value } from '../../../src/ports/whole-database.ts';

interface Column {
  isInt4: boolean;
  isNullable: boolean;
  isKey: boolean;
  refersTo: { table: string; column: string } | null;
}

const schema = new DatabaseSync(':memory:');
schema.exec(readFileSync(schemaFiles.sqlite, 'utf8'));

/** Sorted by their bytes, these are in no language's order. */
const hostileTexts = ['Z', 'a', 'é', 'ß', '_', '𝄞', 'E', '"\\{}\n,', "'; drop", 'NULL', '\u{fffd}', 'ﬀ'];
const hostileReals = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -1.5, 0, 1 / 3];
const hostileIntegers = [0n, 1n, -1n, 9_007_199_254_740_993n, 9_223_372_036_854_775_807n, 1_700_000_000_000n];

/** Stores `count` rows in every table. @returns its tables */
export async function fillEveryTable(database: FillableDatabase, count: number): Promise<TableShape[]> {
  const tables = await database.tables();
  for (const table of tables) {
    const rows = Array.from({ length: count }, (_, index) => rowOf(tables, table, index));
    await database.insert(table, rows);
    // As after rows were deleted.
    if (table.idColumn !== null) await database.setLastId(table, BigInt(count * 10));
  }
  return tables;
}

function rowOf(tables: readonly TableShape[], table: TableShape, index: number): Row {
  return table.columns.map(({ name }) => valueOf(tables, table, name, index));
}

function valueOf(tables: readonly TableShape[], table: TableShape, name: string, index: number): Value {
  const { isInt4, isNullable, isKey, refersTo } = columnOf(table.name, name);
  if (isNullable && index % 3 === 2) return null;
  if (refersTo !== null) {
    const other = tables.find((one) => one.name === refersTo.table)!;
    return valueOf(tables, other, refersTo.column, index);
  }
  switch (table.columns.find((column) => column.name === name)!.kind) {
    case 'integer':
      if (isKey) return BigInt(index * 3 + 1);
      return isInt4 ? BigInt(index % 2) : hostileIntegers[index % hostileIntegers.length]!;
    case 'real':
      return hostileReals[index % hostileReals.length]!;
    case 'text':
      // Unique, whatever the constraints are.
      return `${hostileTexts[index % hostileTexts.length]!} ${table.name} ${name} ${index}`;
    case 'bytes':
      return Buffer.from([index % 256, 0, 255, 92, 39]);
  }
}

const columns = new Map<string, Column>();

function columnOf(table: string, name: string): Column {
  const key = `${table}.${name}`;
  const column = columns.get(key) ?? describeColumn(table, name);
  columns.set(key, column);
  return column;
}

function describeColumn(table: string, name: string): Column {
  const column = schema
    .prepare('select type, "notnull", pk from pragma_table_info(?) where name = ?')
    .get(table, name) as { type: string; notnull: number; pk: number };
  const reference = schema
    .prepare('select "table", "to" from pragma_foreign_key_list(?) where "from" = ?')
    .get(table, name) as { table: string; to: string } | undefined;
  return {
    isInt4: column.type.toLowerCase() === 'integer' && column.pk === 0,
    isNullable: column.notnull === 0 && column.pk === 0,
    isKey: column.pk > 0,
    refersTo: reference === undefined ? null : { table: reference.table, column: reference.to },
  };
}
