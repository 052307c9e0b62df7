import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { htmlFile, readReport } from '../../local/report-folder.ts';
import type { CommandContext } from '../terminal/context.ts';

/** `dpxdt report`: prints the path of the last report and opens it on an interactive terminal. */
export async function reportCommand(
  { currentFolder, settings, terminal, json, env }: CommandContext,
  { open }: { open?: boolean },
): Promise<ExitStatus> {
  const folder = resolve(currentFolder, settings.report);
  const report = await readReport(folder);
  const path = join(folder, htmlFile);
  await access(path).catch((error: unknown) => {
    throw new AppError('not_found', `The last run did not write ${path}: run it again.`, { cause: error });
  });
  if (json) terminal.data(`${JSON.stringify(report, null, 2)}\n`);
  terminal.say(`${path} (dpxdt ${report.command} ${report.folder}, ${report.startedAt})`);
  const opener = openerFor(process.platform, env);
  if (open === false || json || !terminal.isLive || opener === null) return exitStatus.ok;
  const child = spawn(opener, [path], { stdio: 'ignore', detached: true });
  child.once('error', () => terminal.complain(`${opener} could not be started: open the file yourself.`));
  await new Promise<void>((done) => {
    child.once('spawn', done);
    child.once('error', () => done());
  });
  child.unref();
  return exitStatus.ok;
}

function openerFor(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | null {
  if (platform === 'darwin') return 'open';
  if (platform === 'win32') return 'explorer';
  return env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined ? null : 'xdg-open';
}
