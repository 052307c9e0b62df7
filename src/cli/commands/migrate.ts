import { resolve } from 'node:path';
import { openAdmin } from '../../compose/admin.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { s3OptionsOf } from '../options/s3-options.ts';
import { requireData } from './admin.ts';

/** `dpxdt migrate`: opening the data migrates the database. */
export async function migrateCommand(context: CommandContext): Promise<ExitStatus> {
  const { settings, terminal, currentFolder, json } = context;
  const dataFolder = resolve(currentFolder, settings.dataDir);
  if (settings.databaseUrl === null) requireData(dataFolder, 'or start a server to create one');
  const admin = await openAdmin({ dataFolder, databaseUrl: settings.databaseUrl, s3: s3OptionsOf(settings) });
  await admin.close();
  if (json) terminal.data(`${JSON.stringify({ up_to_date: true })}\n`);
  terminal.say(
    settings.databaseUrl === null
      ? `The database in ${dataFolder} is up to date.`
      : 'The database is up to date.',
  );
  return exitStatus.ok;
}
