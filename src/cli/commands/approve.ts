import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { AppError } from '../../base/errors.ts';
import { shellWord } from '../../base/shell-word.ts';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import { approveChanges, type ChangeApproval } from '../../local/approve-changes.ts';
import { approve, type Approval } from '../../local/approve.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt approve DIR [names…]` and `dpxdt approve DIR --change ID…`. */
export async function approveCommand(
  context: CommandContext,
  folder: string,
  names: readonly string[],
  changes: readonly string[],
): Promise<ExitStatus> {
  const { currentFolder, settings, terminal, json } = context;
  const options = { folder, currentFolder, reportFolder: settings.report };
  if (changes.length > 0) {
    if (names.length > 0)
      throw new AppError(
        'invalid_argument',
        `Both a test ("${names[0]}") and a change ("${changes[0]}") are named: approve one after the other.`,
      );
    const result = await approveChanges({ ...options, changes });
    if (json) terminal.data(`${JSON.stringify(toJson(result), null, 2)}\n`);
    for (const line of changeApprovalLines(result, folder)) terminal.say(printable(line));
    return exitStatus.ok;
  }
  const approvals = await approve({ ...options, names });
  if (json) terminal.data(`${JSON.stringify(approvals, null, 2)}\n`);
  for (const line of approvals.map(approvalLine)) terminal.say(printable(line));
  terminal.say(
    approvals.length === 0
      ? 'Nothing to approve: the last run has no different or new test.'
      : countLine(approvals),
  );
  return exitStatus.ok;
}

function approvalLine({ name, reference, outcome }: Approval): string {
  return `${name}: ${outcome === 'approved' ? `Approved ${reference}` : `${reference} is already this image`}`;
}

function countLine(approvals: readonly Approval[]): string {
  return `${approvals.filter(({ outcome }) => outcome === 'approved').length} baseline(s) approved.`;
}

/** The most tests that are listed with what they still wait for. */
const maxWaiting = 20;

/** What was approved, which baselines that replaced, and what is still to decide. */
export function changeApprovalLines(
  { changes, approvals, waiting, wholeOnly }: ChangeApproval,
  folder: string,
): string[] {
  const byName = (name: string) =>
    `dpxdt approve ${name.startsWith('-') ? '-- ' : ''}${shellWord(folder)} ${shellWord(name)}`;
  const more = waiting.length - maxWaiting;
  return [
    ...changes.map(({ id, words }) => `Approved the change ${id}, ${words}`),
    ...approvals.map(approvalLine),
    ...waiting.slice(0, maxWaiting).map(({ name, changes: open }) => `${name}: waits for ${listOf(open)}`),
    ...(more > 0 ? [`and ${more} more tests wait for other changes`] : []),
    ...wholeOnly.map(
      (name) =>
        `${name}: not all of its changes are known, so it can only be approved as a whole: ${byName(name)}`,
    ),
    countLine(approvals),
  ];
}

/** The most changes of one test that are listed. */
const maxOpen = 5;

function listOf(open: readonly ChangeGroup[]): string {
  const shown = open.slice(0, maxOpen).map(({ id, words }) => `${id} (${words})`);
  const more = open.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

/** What a test waits for as IDs: their words and tests are in the run's results. */
function toJson({ waiting, ...result }: ChangeApproval) {
  return {
    ...result,
    waiting: waiting.map(({ name, changes }) => ({ name, changes: changes.map(({ id }) => id) })),
  };
}
