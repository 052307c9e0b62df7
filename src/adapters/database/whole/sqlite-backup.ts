import { backup, DatabaseSync } from 'node:sqlite';
import { problemWith } from '../full-disk.ts';

const pagesPerStep = 1_000;

/** Copies a SQLite database while a server uses it, with SQLite's online backup. */
export async function backUpSqlite(
  file: string,
  copy: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    // From one read transaction: otherwise every write of the server would make the backup start over.
    database.exec('begin; select count(*) from sqlite_master');
    await backup(database, copy, {
      rate: pagesPerStep,
      progress: () => signal?.throwIfAborted(),
    });
  } catch (error) {
    throw problemWith(copy, error);
  } finally {
    database.close();
  }
}

/** Makes one file of a copied database, which can be read even where nothing can be written. */
export function asSingleFile(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('pragma journal_mode = delete');
  } catch (error) {
    throw problemWith(file, error);
  } finally {
    database.close();
  }
}
