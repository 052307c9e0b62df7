import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { neededSwitches } from '../../compose/worker.ts';
import type { CommandContext } from '../terminal/context.ts';

/** `dpxdt worker --print-browser-switches`: one line for a shell. */
export async function printBrowserSwitches({ terminal }: CommandContext): Promise<ExitStatus> {
  terminal.data(`${neededSwitches.join(' ')}\n`);
  return exitStatus.ok;
}
