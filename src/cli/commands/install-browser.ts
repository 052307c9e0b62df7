import { installBrowser } from '../../compose.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt install-browser`: the browser that is the same on every desk. */
export async function installBrowserCommand(
  { terminal, json }: CommandContext,
  { from = null }: { from?: string | null },
): Promise<ExitStatus> {
  const { buildId, path, isNew } = await installBrowser({
    from,
    onProgress: (received, total) => {
      const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(0);
      terminal.footer(`Downloading: ${megabytes(received)} of ${megabytes(total)} MB`);
    },
  }).finally(() => terminal.footer(null));
  if (json) terminal.data(`${JSON.stringify({ buildId, path, isNew }, null, 2)}\n`);
  terminal.say(
    printable(`${isNew ? 'Installed' : 'Already there:'} Chrome Headless Shell ${buildId}, ${path}`),
  );
  terminal.say('Captures use it from now on, unless --browser-path names another one.');
  return exitStatus.ok;
}
