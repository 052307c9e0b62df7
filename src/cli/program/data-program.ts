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
