import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { approve } from '../../local/approve.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt approve DIR [names…]`. */
export async function approveCommand(
  { currentFolder, settings, terminal, json }: CommandContext,
  folder: string,
  names: readonly string[],
): Promise<ExitStatus> {
  const approvals = await approve({ folder, names, currentFolder, reportFolder: settings.report });
  if (json) terminal.data(`${JSON.stringify(approvals, null, 2)}\n`);
  for (const { name, reference, outcome } of approvals) {
    const words = outcome === 'approved' ? `Approved ${reference}` : `${reference} is already this image`;
    terminal.say(printable(`${name}: ${words}`));
  }
  const count = approvals.filter(({ outcome }) => outcome === 'approved').length;
  terminal.say(
    approvals.length === 0
      ? 'Nothing to approve: the last run has no different or new test.'
      : `${count} baseline(s) approved.`,
  );
  return exitStatus.ok;
}
