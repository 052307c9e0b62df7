import { AppError } from '../../base/errors.ts';
import type { Logger } from '../../ports/logger.ts';
import type { DatabaseStore } from './database-store.ts';

export interface StoreOptions {
  /** `postgres://…`; undefined: SQLite in the data folder. */
  databaseUrl?: string | undefined;
  sqliteFile: string;
  durability?: 'full' | 'relaxed';
  logger?: Logger;
  /** Called before anything is written to a database without our tables; may throw to leave it untouched. */
  beforeCreating?: () => Promise<void>;
}

/** @throws AppError `invalid_argument` | `unavailable` */
export async function openStore(options: StoreOptions): Promise<DatabaseStore> {
  const { databaseUrl, durability, logger, beforeCreating } = options;
  const hook = beforeCreating === undefined ? {} : { beforeCreating };
  // Each loads its driver.
  if (databaseUrl === undefined) {
    const { openSqliteStore } = await import('./sqlite-store.ts');
    return openSqliteStore({
      file: options.sqliteFile,
      ...(durability === undefined ? {} : { durability }),
      ...hook,
    });
  }
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) {
    const { openPostgresStore } = await import('./postgres-store.ts');
    return openPostgresStore({ url: databaseUrl, ...(logger === undefined ? {} : { logger }), ...hook });
  }
  const scheme = databaseUrl.split(':')[0]!.slice(0, 20);
  throw new AppError('invalid_argument', `--database-url must begin with postgres://, got "${scheme}:".`);
}
