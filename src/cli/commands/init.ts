import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { writeFirstConfig } from '../../local/init.ts';
import type { CommandContext } from '../terminal/context.ts';

/** `dpxdt init [DIR]`. */
export async function initCommand(
  { currentFolder, terminal, json }: CommandContext,
  folder: string,
): Promise<ExitStatus> {
  const files = await writeFirstConfig(folder, currentFolder);
  if (json) terminal.data(`${JSON.stringify(files, null, 2)}\n`);
  for (const file of files) terminal.say(`Wrote ${file}`);
  terminal.say(
    `Next: "dpxdt update ${folder}" captures the baselines; "dpxdt test ${folder}" compares against them.`,
  );
  return exitStatus.ok;
}
