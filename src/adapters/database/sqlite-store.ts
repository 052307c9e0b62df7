import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreHealth } from '../../ports/store.ts';
import { AppError } from '../../base/errors.ts';
import type { Connection } from './connection.ts';
import type { DatabaseStore } from './database-store.ts';
import { codeOf } from './database-errors.ts';
import { lockFile } from './file-lock.ts';
import { spaceProblem } from './full-disk.ts';
import { GroupCommit } from './group-commit.ts';
import { identityRecordRepository } from './identity-records.ts';
import { applyMigrations, createMigrationsTable, pendingMigrations } from './migrate.ts';
import type { Migration } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { QueueTurns } from './queue-turns.ts';
import { repositories } from './repositories.ts';
import { appliedMigrations, sqliteMigrations } from './sqlite-migrations.ts';
import { sqliteKysely } from './sqlite-kysely.ts';

export interface SqliteStoreOptions {
  /** The database file; its folder is created if it is missing. */
  file: string;
  /**
   * `full` (default): everything confirmed survives a power failure. `relaxed`: it survives a crash of the process,
   * but a power failure may lose the last moments.
   */
  durability?: 'full' | 'relaxed';
  /** How long a write waits for a lock held by another program; default 5,000. */
  busyMs?: number;
  /** Default 256. */
  maxGroup?: number;
  migrations?: readonly Migration[];
  /** Called before the file, or tables in an empty one, are created; may throw to leave it untouched. */
  beforeCreating?: () => Promise<void>;
}

/**
 * Opens and migrates a SQLite database; one server per file.
 *
 * @throws AppError `unavailable` if another server uses the file, or it cannot be opened or migrated; `storage_full`
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<DatabaseStore> {
  const isFresh = (statSync(options.file, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (isFresh) await options.beforeCreating?.();
  // Capture configs contain passwords and cookies, so only the owner may read the folder.
  mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
  const lock = lockFile(options.file);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(options.file);
    database.exec('pragma journal_mode = wal');
    database.exec(`pragma synchronous = ${options.durability === 'relaxed' ? 'normal' : 'full'}`);
    database.exec('pragma foreign_keys = on');
    database.exec('pragma temp_store = memory');
    // 8 MiB. The rest is in the cache of the system, from where a page takes a few microseconds.
    database.exec('pragma cache_size = -8192');
    database.exec('pragma journal_size_limit = 67108864');
    if (!isFresh && !hasOurTables(database)) await options.beforeCreating?.();
    await migrate(database, options.file, options.migrations ?? migrations);
  } catch (error) {
    database?.close();
    lock.release();
    throw openingError(error, options.file);
  }
  const db = sqliteKysely(database);
  let isFull = false;
  let changesWhenFull = 0;
  const countChanges = database.prepare('select total_changes() as changes');
  const totalChanges = () => Number(countChanges.get()!['changes']);
  const noteSpace = (error: unknown) => {
    if (codeOf(error).startsWith('SQLITE_FULL')) {
      isFull = true;
      changesWhenFull = totalChanges();
    } else if (isFull && error === null && totalChanges() > changesWhenFull) {
      // Only a commit that changed something: the sweeper's many empty ones need no space and prove nothing.
      isFull = false;
    }
  };
  const connection: Connection = { db, kind: 'sqlite', turns: new QueueTurns() };
  const records = identityRecordRepository(connection);
  const queue = new GroupCommit(database, repositories(connection), {
    maxGroup: options.maxGroup ?? 256,
    busyMs: options.busyMs ?? 5_000,
    sleep: async (ms) => sleep(ms),
    onWrite: noteSpace,
  });
  const opened = database;
  const inode = inodeOf(options.file);
  return {
    transaction: (work) => queue.write(work),
    read: (work) => queue.read(work),
    readLatest: (work) => queue.read(work),
    identityRecords: {
      transaction: (work) => queue.write(() => work(records)),
      read: (work) => queue.read(() => work(records)),
    },
    async health(): Promise<StoreHealth> {
      // A deleted or replaced file would keep accepting writes that are lost.
      if (inodeOf(options.file) !== inode) return 'unavailable';
      if (isFull) return 'degraded';
      return queue
        .read((tx) => tx.builds.find(0))
        .then(
          () => 'ok',
          () => 'unavailable',
        );
    },
    async close() {
      await queue.drain();
      if (opened.isOpen) opened.close();
      lock.release();
    },
  };
}

function inodeOf(file: string): bigint | null {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function hasOurTables(database: DatabaseSync): boolean {
  return database.prepare(`select 1 from sqlite_master where name = 'schema_migrations'`).get() !== undefined;
}

async function migrate(database: DatabaseSync, file: string, known: readonly Migration[]): Promise<void> {
  if (!hasOurTables(database)) database.exec(createMigrationsTable);
  const applied = appliedMigrations(database);
  const pending = pendingMigrations(applied, known);
  if (pending.length === 0) return;
  if (applied.length > 0) backUp(database, `${file}.before-${pending[0]!.name}`);
  database.exec('begin immediate');
  try {
    await applyMigrations(sqliteMigrations(database), known);
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

/** Copies the database as is to a file next to it, for the operator. */
function backUp(database: DatabaseSync, path: string): void {
  const name = `${path}-${Date.now()}.bak`;
  database.prepare('vacuum into ?').run(name);
}

function openingError(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const full = spaceProblem(file, error);
  if (full !== null) return full;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('unavailable', `The database ${file} cannot be opened or migrated: ${message}.`, {
    cause: error,
  });
}
