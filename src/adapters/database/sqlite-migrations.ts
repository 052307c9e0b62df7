import type { DatabaseSync } from 'node:sqlite';
import { toApplied, type AppliedMigration, type MigrationTarget } from './migrate.ts';
import type { MigrationsTable } from './schema.ts';

/** The migrations that are recorded in a database. */
export function appliedMigrations(database: DatabaseSync): AppliedMigration[] {
  const rows = database.prepare('select * from schema_migrations order by name').all();
  return rows.map((row) => toApplied(row as unknown as MigrationsTable));
}

export function sqliteMigrations(database: DatabaseSync): MigrationTarget {
  return {
    kind: 'sqlite',
    run: async (statement) => void database.exec(statement),
    applied: async () => appliedMigrations(database),
    record: async (name) =>
      void database
        .prepare('insert into schema_migrations (name, applied_at) values (?, ?)')
        .run(name, Date.now()),
    recordRunsWith: async (name, runsWith) =>
      void database.prepare('update schema_migrations set runs_with = ? where name = ?').run(runsWith, name),
  };
}
