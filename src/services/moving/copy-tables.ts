import { AppError } from '../../base/errors.ts';
import {
  valuesTable,
  type FillableDatabase,
  type Row,
  type TableDigest,
  type TableShape,
  type WholeDatabase,
} from '../../ports/whole-database.ts';
import type { CopyProgress } from './copy-progress.ts';
import { ownValues } from './move-marks.ts';

export interface CopiedTable {
  name: string;
  rows: number;
  /** SHA-256 of all rows in the order of their key. */
  sha256: string;
}

export interface CopyTablesOptions {
  newDigest: () => TableDigest;
  onProgress?: (progress: CopyProgress) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Copies all rows, continues where an earlier copy ended, and compares every table afterwards. If the source has changed
 * since the earlier copy, the copy starts over.
 *
 * @throws AppError `internal` if a copied table differs; errors of the databases
 */
export async function copyTables(
  source: WholeDatabase,
  target: FillableDatabase,
  options: CopyTablesOptions,
): Promise<CopiedTable[]> {
  const { differing, copied, isContinued } = await copyOnce(source, target, options);
  if (differing === null) return copied;
  if (!isContinued) throw differs(differing, target);
  await target.clear(ownValues);
  const again = await copyOnce(source, target, options);
  if (again.differing !== null) throw differs(again.differing, target);
  return again.copied;
}

/** The rows and digest of every table. */
export async function digestTables(
  database: WholeDatabase,
  { newDigest, onProgress, signal }: CopyTablesOptions,
): Promise<CopiedTable[]> {
  const tables = await database.tables();
  const note = await progressOf(database, 'verify_rows', onProgress);
  const digested: CopiedTable[] = [];
  for (const table of tables) digested.push(await digestOf(database, table, { newDigest, note, signal }));
  return digested;
}

/** How many rows are copied from a database: without the values that belong to it. */
export async function countRows(database: WholeDatabase): Promise<number> {
  let rows = 0;
  for (const table of await database.tables()) rows += await rowCount(database, table);
  return rows;
}

/** Whether it holds nothing but shared values, which migrations store, too. */
export async function isEmpty(database: WholeDatabase): Promise<boolean> {
  for (const table of await database.tables()) {
    if (table.name !== valuesTable && (await rowCount(database, table)) > 0) return false;
  }
  return true;
}

interface CopyResult {
  copied: CopiedTable[];
  /** A table that differs after copying. */
  differing: string | null;
  /** Whether an earlier copy was continued. */
  isContinued: boolean;
}

async function copyOnce(
  source: WholeDatabase,
  target: FillableDatabase,
  { newDigest, onProgress, signal }: CopyTablesOptions,
): Promise<CopyResult> {
  const tables = await source.tables();
  refuseOtherTables(tables, await target.tables(), target.name);
  const note = await progressOf(source, 'copy_rows', onProgress);
  const expected: CopiedTable[] = [];
  let isContinued = false;
  for (const table of tables) {
    // Migrations store values, too.
    if (table.name === valuesTable) await removeValues(target, table);
    let there = await rowCount(target, table);
    isContinued ||= there > 0;
    const digest = newDigest();
    let rows = 0;
    for await (const batch of rowsOf(source, table)) {
      signal?.throwIfAborted();
      digest.add(batch);
      // Batches arrive in the order of the key and are stored as a whole, so the first rows are those that are there.
      const missing = batch.slice(there);
      there = Math.max(0, there - batch.length);
      if (missing.length > 0) await target.insert(table, missing);
      rows += batch.length;
      note(batch.length);
    }
    const lastId = await source.lastId(table);
    if (lastId !== null) await target.setLastId(table, lastId);
    expected.push({ name: table.name, rows, sha256: digest.end() });
  }
  const copied = await digestTables(target, { newDigest, ...(onProgress && { onProgress }), signal });
  const differing = expected.find(
    ({ rows, sha256 }, index) => copied[index]!.rows !== rows || copied[index]!.sha256 !== sha256,
  );
  return { copied, differing: differing?.name ?? null, isContinued };
}

async function digestOf(
  database: WholeDatabase,
  table: TableShape,
  options: {
    newDigest: () => TableDigest;
    note: (rows: number) => void;
    signal: AbortSignal | undefined;
  },
): Promise<CopiedTable> {
  const digest = options.newDigest();
  let rows = 0;
  for await (const batch of rowsOf(database, table)) {
    options.signal?.throwIfAborted();
    digest.add(batch);
    rows += batch.length;
    options.note(batch.length);
  }
  return { name: table.name, rows, sha256: digest.end() };
}

/** Without the values that belong to one database. */
async function* rowsOf(database: WholeDatabase, table: TableShape): AsyncGenerator<readonly Row[]> {
  if (table.name !== valuesTable) {
    yield* database.rows(table);
    return;
  }
  const nameAt = table.columns.findIndex(({ name }) => name === 'name');
  for await (const rows of database.rows(table)) {
    yield rows.filter((row) => !ownValues.includes(row[nameAt] as string));
  }
}

async function rowCount(database: WholeDatabase, table: TableShape): Promise<number> {
  if (table.name !== valuesTable) return database.count(table);
  let count = 0;
  for await (const rows of rowsOf(database, table)) count += rows.length;
  return count;
}

/** All but those that belong to one database. */
async function removeValues(target: FillableDatabase, table: TableShape): Promise<void> {
  const nameAt = table.columns.findIndex(({ name }) => name === 'name');
  const names: string[] = [];
  for await (const rows of rowsOf(target, table)) {
    for (const row of rows) names.push(row[nameAt] as string);
  }
  for (const name of names) await target.setValue(name, null);
}

async function progressOf(
  database: WholeDatabase,
  step: CopyProgress['step'],
  onProgress: CopyTablesOptions['onProgress'],
): Promise<(rows: number) => void> {
  if (onProgress === undefined) return () => undefined;
  const of = await countRows(database);
  let done = 0;
  return (rows) => {
    done += rows;
    onProgress({ step, done, of });
  };
}

function refuseOtherTables(
  tables: readonly TableShape[],
  others: readonly TableShape[],
  target: string,
): void {
  if (JSON.stringify(tables) === JSON.stringify(others)) return;
  throw new AppError('internal', `The tables of ${target} differ from those to copy, so nothing was copied.`);
}

function differs(table: string, target: FillableDatabase): AppError {
  return new AppError(
    'internal',
    `The table ${table} in ${target.name} differs from the one it was copied from. Empty that database and run the command again.`,
  );
}
