import { AppError } from '../../base/errors.ts';
import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { connect, explainRefusedKey } from '../../tools/connection.ts';
import {
  decideRelease,
  type ReleaseDecided,
  type ReleaseDecisionRequest,
} from '../../tools/decide-release.ts';
import { snakeKeys } from '../../contract/letter-case.ts';
import { releaseOptionsOf, type ReleaseOptions } from '../options/release-number.ts';
import { clientOptionsOf } from '../options/client-options.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

export interface DecideReleaseOptions extends ReleaseOptions {
  force?: boolean;
}

/** `dpxdt release good`, `bad` and `reopen` */
export async function decideReleaseCommand(
  context: CommandContext,
  decision: ReleaseDecisionRequest['decision'],
  options: DecideReleaseOptions,
): Promise<ExitStatus> {
  const { terminal, json } = context;
  const release = releaseOptionsOf(context, options);
  const force = options.force === true;
  if (force && release.note === undefined)
    throw new AppError('invalid_argument', '--force needs a reason for the activity log: --note TEXT.');
  const { hasty } = connect(clientOptionsOf(context));
  const decided = await decideRelease(hasty, { ...release, decision, exceptRejected: force }).catch(
    (error: unknown) => {
      throw explainRefusedKey(error);
    },
  );
  if (json) terminal.data(`${JSON.stringify(asJson(decided))}\n`);
  else for (const line of linesOf(decided)) terminal.say(printable(line));
  return exitStatus.ok;
}

function asJson({ release, baseline, leftOpen }: ReleaseDecided): object {
  return {
    build_id: release.buildId,
    release_name: release.name,
    release_number: release.number,
    status: release.status,
    note: release.decisionNote,
    // An older server does not tell.
    left_open: leftOpen === undefined ? null : snakeKeys(leftOpen),
    baseline: baseline && { release_name: baseline.name, release_number: baseline.number },
  };
}

function linesOf({ release, baseline, leftOpen }: ReleaseDecided): string[] {
  return [
    release.status === 'good' || release.status === 'bad'
      ? `Release "${release.name}" number ${release.number} is marked ${release.status}.`
      : `Release "${release.name}" number ${release.number} is open for review again.`,
    ...(release.decisionNote === null ? [] : [`Note: ${release.decisionNote}`]),
    ...leftOpenLines(leftOpen ?? null),
    baseline === null
      ? `Build ${release.buildId} has no baseline.`
      : `The baseline of build ${release.buildId} is release "${baseline.name}" number ${baseline.number}.`,
  ];
}

/** What was still undecided, and what that means for the baseline. */
function leftOpenLines(leftOpen: ReleaseDecided['leftOpen']): string[] {
  if (leftOpen === null) return [];
  const parts = [
    [leftOpen.undecided, 'undecided'],
    [leftOpen.rejected, 'rejected'],
    [leftOpen.failed, 'failed'],
    [leftOpen.missing, 'missing'],
    [leftOpen.new, 'new without a verdict'],
    [leftOpen.waiting, 'canceled while waiting'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (shown.length === 0) return [];
  return [
    `It had: ${shown.join(', ')}. Undecided and new pages are part of the baseline; the others keep their previous one.`,
  ];
}
