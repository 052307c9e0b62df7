import { applyMigrations, pendingMigrations, type Migration, type MigrationTarget } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';

/**
 * Makes the tables of a database that may be older than this program.
 *
 * @throws AppError `unavailable` for the name of a migration that this program does not know
 */
export async function applyChosen(target: MigrationTarget, names: readonly string[]): Promise<void> {
  await applyMigrations(target, chosen(names));
}

function chosen(names: readonly string[]): Migration[] {
  pendingMigrations(
    names.map((name) => ({ name })),
    migrations,
  );
  return migrations.filter(({ name }) => names.includes(name));
}
