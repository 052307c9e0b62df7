import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { LocalReport } from '../../contract/files/local-report.ts';
import { htmlFile, readReport } from '../../local/report-folder.ts';
import { approve } from '../../local/approve.ts';
import { startReportServer } from '../../local/serve-report.ts';
import { untilInterrupted } from '../terminal/interruption.ts';
import { printable } from '../terminal/terminal.ts';
import type { CommandContext } from '../terminal/context.ts';

/** `dpxdt report --serve [DIR]`: serves the report, which then approves directly, until interrupted. */
export async function serveReportCommand(
  { currentFolder, settings, terminal, json, env, signal }: CommandContext,
  { serve, open }: { serve: string | true; open?: boolean },
): Promise<ExitStatus> {
  const folder = resolve(currentFolder, serve === true ? settings.report : serve);
  await readWithPage(folder);
  const server = await startReportServer({
    reportFolder: folder,
    approve: async (names, run) => {
      const report = await readReport(folder);
      if (report.startedAt !== run)
        throw new AppError('conflict', 'The tests ran again since this report was opened: reload it.');
      const known = new Set(report.tests.map(({ name }) => name));
      const unknown = names.find((name) => !known.has(name));
      if (unknown !== undefined)
        throw new AppError('not_found', `The last run has no test "${unknown}": reload the report.`);
      const approvals = await approve({ folder: report.folder, names, currentFolder, reportFolder: folder });
      for (const { name, reference, outcome } of approvals)
        terminal.say(printable(`${name}: ${outcome === 'approved' ? 'Approved' : 'already'} ${reference}`));
      return approvals;
    },
  });
  try {
    if (json) terminal.data(`${JSON.stringify({ url: server.url })}\n`);
    terminal.say(`The report approves at ${server.url} until Ctrl-C. Keep the address to yourself.`);
    const opener = openerFor(process.platform, env);
    if (open !== false && !json && terminal.isLive && opener !== null)
      await openWith(opener, server.url, terminal);
    await untilInterrupted(signal);
  } finally {
    await server.stop();
  }
  return exitStatus.ok;
}

/** `dpxdt report`: prints the path of the last report and opens it on an interactive terminal. */
export async function reportCommand(
  { currentFolder, settings, terminal, json, env }: CommandContext,
  { open }: { open?: boolean },
): Promise<ExitStatus> {
  const folder = resolve(currentFolder, settings.report);
  const { report, path } = await readWithPage(folder);
  if (json) terminal.data(`${JSON.stringify(report, null, 2)}\n`);
  terminal.say(`${path} (dpxdt ${report.command} ${report.folder}, ${report.startedAt})`);
  const opener = openerFor(process.platform, env);
  if (open === false || json || !terminal.isLive || opener === null) return exitStatus.ok;
  await openWith(opener, path, terminal);
  return exitStatus.ok;
}

/** @throws AppError `not_found` without results, or without the page that shows them */
async function readWithPage(folder: string): Promise<{ report: LocalReport; path: string }> {
  const report = await readReport(folder);
  const path = join(folder, htmlFile);
  await access(path).catch((error: unknown) => {
    throw new AppError('not_found', `The last run did not write ${path}: run it again.`, { cause: error });
  });
  return { report, path };
}

async function openWith(
  opener: string,
  target: string,
  terminal: Pick<CommandContext['terminal'], 'complain'>,
): Promise<void> {
  const child = spawn(opener, [target], { stdio: 'ignore', detached: true });
  child.once('error', () => terminal.complain(`${opener} could not be started: open ${target} yourself.`));
  await new Promise<void>((done) => {
    child.once('spawn', done);
    child.once('error', () => done());
  });
  child.unref();
}

function openerFor(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string | null {
  if (platform === 'darwin') return 'open';
  if (platform === 'win32') return 'explorer';
  return env.DISPLAY === undefined && env.WAYLAND_DISPLAY === undefined ? null : 'xdg-open';
}
