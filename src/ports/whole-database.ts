/** A database as a whole, table by table, whatever its tables are: what moves and backups copy. */

/** The table of the values that all servers share. */
export const valuesTable = 'server_facts';

/** `integer`: bigint; `real`: number; `text`: string; `bytes`: Uint8Array. Any may be null. */
export type ColumnKind = 'integer' | 'real' | 'text' | 'bytes';
export type Value = bigint | number | string | Uint8Array | null;
/** The values of a row, in the order of the table's columns. */
export type Row = readonly Value[];

export interface TableShape {
  name: string;
  /** In an order that is the same in every database. */
  columns: readonly { name: string; kind: ColumnKind }[];
  /** Columns of the primary key; never empty. */
  key: readonly string[];
  /** The column whose values the database assigns, or null. */
  idColumn: string | null;
}

/** The file of an artifact whose bytes are not in the database. */
export interface StoredFile {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

export interface WholeDatabase {
  /** For messages, without passwords: `/data/dpxdt.sqlite`, `the database "dpxdt" on db.example.org`. */
  readonly name: string;
  /** Names of the migrations that made its tables, in order; none for an empty database. */
  migrations(): Promise<string[]>;
  /** All tables but that of the migrations; each comes after the tables that it refers to. */
  tables(): Promise<TableShape[]>;
  count(table: TableShape): Promise<number>;
  /** All rows in the order of their key, texts by their bytes. A batch is small enough to be kept in memory. */
  rows(table: TableShape): AsyncIterable<readonly Row[]>;
  /** The highest id that the database ever assigned; null: none, or the table has no such column. */
  lastId(table: TableShape): Promise<bigint | null>;
  /** A value that all servers of the database share. */
  findValue(name: string): Promise<string | null>;
  /** Files that its artifacts name, by digest, after this one. */
  filesAfter(sha1: string, limit: number): Promise<StoredFile[]>;
  /** Whether an artifact names this file. */
  hasFile(sha1: string): Promise<boolean>;
  /** How many such files there are. */
  countFiles(): Promise<{ files: number; bytes: number }>;
  /** Runs `work` on one consistent state, whatever others write meanwhile. */
  snapshot<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One that no server uses, and that can be filled. */
export interface FillableDatabase extends WholeDatabase {
  /**
   * Creates the tables that these migrations make in an empty database, without the rows that they store.
   *
   * @throws AppError `unavailable` for an unknown one
   */
  create(migrations: readonly string[]): Promise<void>;
  /** All of the rows, or none. @throws AppError `unprocessable` for a row that this database cannot hold */
  insert(table: TableShape, rows: readonly Row[]): Promise<void>;
  setLastId(table: TableShape, id: bigint): Promise<void>;
  /** Stores a value that all servers share; null removes it. */
  setValue(name: string, value: string | null): Promise<void>;
  /** Deletes the rows of all tables but these shared values, in one transaction. */
  clear(kept: readonly string[]): Promise<void>;
}

/** Hashes rows, the same way for every database. */
export interface TableDigest {
  add(rows: readonly Row[]): void;
  /** SHA-256, lower-case hex. */
  end(): string;
}
