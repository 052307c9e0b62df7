import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { writeFirstConfig } from '../../local/init.ts';
import type { CommandContext } from '../terminal/context.ts';

const root = new URL('../../../', import.meta.url);

/** `dpxdt init [DIR]`. */
export async function initCommand(
  { currentFolder, settings, terminal, json }: CommandContext,
  folder: string,
): Promise<ExitStatus> {
  const { files, isIgnored } = await writeFirstConfig(folder, currentFolder, {
    manual: manualPage('capture.md'),
    reportFolder: settings.report,
  });
  if (json) terminal.data(`${JSON.stringify(files, null, 2)}\n`);
  for (const file of files) terminal.say(`Wrote ${file}`);
  if (isIgnored === 'added')
    terminal.say(`Added ${settings.report}/ to .gitignore: it is the report of the last run.`);
  if (isIgnored === null)
    terminal.say(`Keep ${settings.report}/ out of version control: it is the report of the last run.`);
  terminal.say(
    `Next: "dpxdt update ${folder}" captures the baselines; "dpxdt test ${folder}" compares against them.`,
  );
  terminal.say(`Manual: ${join(fileURLToPath(root), 'docs', 'local.md')}`);
  return exitStatus.ok;
}

/** Where people who have the package read a page of the manual. */
function manualPage(name: string): string {
  const { repository } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    repository: { url: string };
  };
  const address = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  // The owner has not set the address: the package brings its manual along.
  if (new URL(address).hostname.endsWith('.invalid')) return `node_modules/dpxdt/docs/${name}`;
  return `${address}/blob/main/docs/${name}`;
}
