import { exitStatus, type ExitStatus } from '../../base/exit-status.ts';
import { connect, explainRefusedKey } from '../../tools/connection.ts';
import { judgeRuns, type RunJudgement, type RunsJudged } from '../../tools/judge-runs.ts';
import { clientOptionsOf } from '../options/client-options.ts';
import { releaseOptionsOf, type ReleaseOptions } from '../options/release-number.ts';
import type { CommandContext } from '../terminal/context.ts';
import { printable } from '../terminal/terminal.ts';

/** `dpxdt run approve`, `reject` and `undo` */
export async function runVerdictCommand(
  context: CommandContext,
  verdict: RunJudgement['verdict'],
  names: readonly string[],
  options: ReleaseOptions,
): Promise<ExitStatus> {
  const { terminal, json } = context;
  const { hasty } = connect(clientOptionsOf(context));
  const release = releaseOptionsOf(context, options);
  const judged = await judgeRuns(hasty, { ...release, names, verdict }).catch((error: unknown) => {
    throw explainRefusedKey(error);
  });
  if (json) terminal.data(`${JSON.stringify(asJson(judged))}\n`);
  else for (const result of judged.results) terminal.say(printable(`${result.name}: ${wordsOf(result)}`));
  const isDone = judged.results.every(({ outcome }) => outcome === 'changed' || outcome === 'unchanged');
  return isDone ? exitStatus.ok : exitStatus.server;
}

function asJson({ release, results }: RunsJudged): object {
  return {
    build_id: release.buildId,
    release_name: release.name,
    release_number: release.number,
    status: release.status,
    runs: results.map((result) => ({
      name: result.name,
      outcome: result.outcome,
      verdict: result.verdict,
      verdict_by: result.verdictBy,
      approved_by: result.approvedBy,
    })),
  };
}

const refusals: Readonly<Record<string, string>> = {
  conflict: 'not judged, because it has changed: look at it again',
  not_reviewable: 'not judged, because nothing in it can be decided',
  reason_missing: 'not accepted, because a failure needs a reason: --note TEXT',
  not_counted: 'not counted: the approval of a key or of the author does not count here',
  held: 'not approved, because its rejection stands until it is undone by the person who rejected it',
  not_found: 'not judged, because it is gone',
};

function wordsOf({ outcome, verdict, approvedBy }: RunsJudged['results'][number]): string {
  const refusal = refusals[outcome];
  if (refusal !== undefined) return refusal;
  if (verdict === 'none' && approvedBy.length > 0)
    return `${approvedBy.length} ${approvedBy.length === 1 ? 'approval' : 'approvals'}, which is not enough yet`;
  const word = verdict === 'none' ? 'without a verdict' : verdict;
  return outcome === 'unchanged' ? `${word}, as before` : word;
}
