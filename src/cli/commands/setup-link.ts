import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { openAdmin } from '../../compose/admin.ts';
import { setUpLinkFile } from '../../compose/compose-logins.ts';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { s3OptionsOf } from '../options/s3-options.ts';

/** `dpxdt admin setup-link`: the link of the server that uses the data, or a new one. */
export async function setupLinkCommand(context: CommandContext): Promise<ExitStatus> {
  const { settings, terminal, currentFolder, json } = context;
  const dataFolder = resolve(currentFolder, settings.dataDir);
  const link = (await linkOfServer(dataFolder)) ?? (await newLink(context, dataFolder));
  if (link === null) {
    throw new AppError(
      'conflict',
      'This server already has a superuser, who can promote other people on the People page.',
    );
  }
  if (json) terminal.data(`${JSON.stringify({ setup_link: link })}\n`);
  else terminal.data(`${link}\n`);
  return exitStatus.ok;
}

async function linkOfServer(dataFolder: string): Promise<string | null> {
  try {
    return (await readFile(setUpLinkFile(dataFolder), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function newLink({ settings }: CommandContext, dataFolder: string): Promise<string | null> {
  const admin = await openAdmin({
    dataFolder,
    databaseUrl: settings.databaseUrl,
    s3: s3OptionsOf(settings),
  }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'unavailable' || settings.databaseUrl !== null)
      throw error;
    throw new AppError(
      'conflict',
      `The server that uses ${dataFolder} offers no setup link: it already has a superuser, or needs no login.`,
      { cause: error },
    );
  });
  try {
    return await admin.setUpLink(settings.publicUrl ?? `http://localhost:${settings.port}`);
  } finally {
    await admin.close();
  }
}
