/** The commands that copy a server's data as a whole, their flags and their help. */

import type { Command } from 'commander';
import type { SettingName } from '../../config/settings.ts';
import { withSettings } from '../options/setting-flags.ts';
import type { MoveCommandOptions } from '../commands/move.ts';
import type { Perform } from './perform.ts';

const storageSettings: SettingName[] = ['dataDir', 'databaseUrl'];
const jsonHelp = 'print the result as JSON; human-readable output goes to stderr';

export function addMove(program: Command, perform: Perform): void {
  withSettings(
    program
      .command('move')
      .description(
        "Move a server's data: between SQLite and PostgreSQL, between a folder and a bucket, in any direction.",
      ),
    [...storageSettings, 'toDataDir', 'toDatabaseUrl', 'toArtifacts'],
  )
    .option('--dry-run', 'check everything and say what would be moved; change nothing')
    .option('--skip-damaged', 'continue without artifacts that are damaged or missing')
    .option('--json', jsonHelp)
    .action(async (options: MoveCommandOptions, command: Command) => {
      const { moveCommand } = await import('../commands/move.ts');
      await perform(command, (context) => moveCommand(context, options));
    })
    .addHelpText(
      'after',
      `
The data is where the settings of the server say (--data-dir, --database-url, DPXDT_S3_…); what no --to-… flag names stays there.
Stop the server first. Every row and file is verified; if the command is interrupted, run it again to continue. A bucket is reached
with DPXDT_TO_S3_ENDPOINT, DPXDT_TO_S3_ACCESS_KEY … or, without these, DPXDT_S3_ENDPOINT, …. Put passwords into
DPXDT_TO_DATABASE_URL_FILE and DPXDT_TO_S3_SECRET_KEY_FILE.

Examples:
  dpxdt move --to-database-url postgres://dpxdt@db/dpxdt --dry-run
  dpxdt move --to-database-url postgres://dpxdt@db/dpxdt --to-artifacts s3://depicted/production
  dpxdt move --database-url postgres://dpxdt@db/dpxdt --to-database-url sqlite --to-data-dir new-data`,
    );
}

export function addBackup(program: Command, perform: Perform): void {
  withSettings(
    program
      .command('backup')
      .description("Back up a server's data to a folder, also while the server runs.")
      .argument('<dir>', 'folder of the backup: new, empty, or with an earlier backup'),
    storageSettings,
  )
    .option('--without-secret-key', 'leave the secret key out; keep it elsewhere')
    .option('--json', jsonHelp)
    .action(async (folder: string, options: { withoutSecretKey?: boolean }, command: Command) => {
      const { backupCommand } = await import('../commands/backup.ts');
      await perform(command, (context) => backupCommand(context, folder, options));
    })
    .addHelpText(
      'after',
      `
It reads the data directly, with the settings of the server, and does not disturb it. An earlier backup in the folder is replaced once the
new one is finished; artifacts that it holds are not copied again. Status 3: artifacts of the server are damaged or missing.

Examples:
  dpxdt backup /backup/dpxdt --data-dir /var/lib/dpxdt
  dpxdt backup /backup/dpxdt --database-url postgres://dpxdt@db/dpxdt --without-secret-key`,
    );
}

export function addRestore(program: Command, perform: Perform): void {
  withSettings(
    program
      .command('restore')
      .description('Restore a backup into an empty data folder, database and bucket.')
      .argument('<dir>', 'folder of the backup'),
    storageSettings,
  )
    .option('--dry-run', 'verify the whole backup and the target; change nothing')
    .option('--json', jsonHelp)
    .action(async (folder: string, options: { dryRun?: boolean }, command: Command) => {
      const { restoreCommand } = await import('../commands/restore.ts');
      await perform(command, (context) => restoreCommand(context, folder, options));
    })
    .addHelpText(
      'after',
      `
The settings say where the data goes, as for the server: SQLite or PostgreSQL, a folder or a bucket, whatever the backup was made from. A
backup of an older version is brought up to date. If the command is interrupted, run it again to continue.

Examples:
  dpxdt restore /backup/dpxdt --dry-run
  dpxdt restore /backup/dpxdt --data-dir /var/lib/dpxdt
  dpxdt restore /backup/dpxdt --database-url postgres://dpxdt@db/dpxdt`,
    );
}
