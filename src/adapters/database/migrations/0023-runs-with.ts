import { runsWithMigration, type Migration } from '../migrate.ts';

/** Which programs may run on the database after each migration. */
export const runsWith: Migration = {
  name: runsWithMigration,
  runsWith: '0016-follow-ups',
  statements: () => ['alter table schema_migrations add column runs_with text'],
};
