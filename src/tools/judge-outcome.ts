import { combineExitStatuses, exitStatus, type ExitStatus } from '../base/exit-status.ts';
import { openFailures } from '../domain/releases/open-decisions.ts';
import { serverActor } from '../domain/baselines/good-by-itself.ts';
import type { CrawlReport } from './crawler/crawl-types.ts';
import { explainEmptyCrawl, hasOnlyFailures } from './crawler/describe-crawl.ts';
import { countRefusedRuns, resultWithRefused } from './refused-runs.ts';
import type { MissingPage, ReleaseOutcome, ReleaseResult } from './release-outcome.ts';
import { waitCommand, type WaitGoal } from './wait-goal.ts';

/** The exit status of a tool, and why. */
export interface Judgement {
  status: ExitStatus;
  /** The verdict first, then remarks. */
  sentences: string[];
}

export interface JudgementRules {
  allowNoBaseline: boolean;
  /** The status that the server sets in the forge tells of differences. */
  exitZeroOnChanges?: boolean;
  /** What the tool waited for; default: compared. */
  goal?: WaitGoal;
  /** Server address to include in suggested commands; null if it is already configured. */
  server?: string | null;
}

/** Decides the exit status of a tool. A release in which nothing was compared never passes silently. */
export function judgeOutcome(
  outcome: ReleaseOutcome,
  rules: JudgementRules,
  crawl: CrawlReport | null = null,
): Judgement {
  const judgement = judge(outcome, rules, crawl);
  if (rules.exitZeroOnChanges !== true || judgement.status !== exitStatus.differences) return judgement;
  return {
    status: exitStatus.ok,
    sentences: [...judgement.sentences, 'The exit status is 0 because of --exit-zero-on-changes.'],
  };
}

function judge(
  outcome: ReleaseOutcome,
  { allowNoBaseline, goal = 'compared', server = null }: JudgementRules,
  crawl: CrawlReport | null,
): Judgement {
  if (outcome.release === null && crawl !== null) {
    return {
      status: hasOnlyFailures(crawl) ? exitStatus.failed : exitStatus.nothingCompared,
      sentences: ['Nothing was compared: no release was created.', explainEmptyCrawl(crawl) ?? ''],
    };
  }
  if (outcome.release === null) {
    return {
      status: exitStatus.nothingCompared,
      sentences: ['Nothing was compared: there was nothing to send, so no release was created.'],
    };
  }
  if (outcome.timedOut) {
    return {
      status: exitStatus.timedOut,
      sentences: [
        outcome.result === null
          ? 'The release was not ready in time; the server continues processing it.'
          : `The release is not decided yet: ${describeOpen(resultWithRefused(outcome)!)}.`,
        `To wait longer: ${waitCommand(outcome.release, goal, server)}`,
      ],
    };
  }
  if (outcome.result === null) return judgeSending(outcome);
  return judgeResult(resultWithRefused(outcome)!, countRefusedRuns(outcome), allowNoBaseline);
}

/** Describes the contents of an undecided release. */
function describeOpen({ counts }: ReleaseResult): string {
  const parts = [
    [counts.undecided, 'to look at'],
    [counts.rejected, 'rejected'],
    [counts.approved, 'approved'],
    [counts.new, 'new'],
    [counts.missing, 'missing'],
    [openFailures(counts), 'failed'],
  ] as const;
  const shown = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return shown.length === 0 ? 'it has no runs' : shown.join(', ');
}

const sentWithoutWaiting = 'Everything was sent. Use --wait to wait for the comparisons.';

function judgeSending({ refusals, sent }: ReleaseOutcome): Judgement {
  if (sent === 0) {
    return { status: exitStatus.nothingCompared, sentences: ['Nothing was sent: this shard has no runs.'] };
  }
  if (refusals.length === 0) return { status: exitStatus.ok, sentences: [sentWithoutWaiting] };
  return {
    status: exitStatus.failed,
    sentences: [
      `${count(refusals.length, 'run')} of ${sent} failed before the server could process ${refusals.length === 1 ? 'it' : 'them'}.`,
    ],
  };
}

function judgeResult(result: ReleaseResult, refused: number, allowNoBaseline: boolean): Judgement {
  const { status, counts, rules } = result;
  if (status === 'good') {
    return withRefused({ status: exitStatus.ok, sentences: [describeDecision(result)] }, refused);
  }
  if (status === 'bad') {
    return withRefused({ status: exitStatus.differences, sentences: [describeDecision(result)] }, refused);
  }
  const fault = result.fault ?? null;
  if (fault !== null) {
    const sentences = [`The release is not complete: ${fault}.`];
    return withRefused({ status: exitStatus.failed, sentences }, refused);
  }
  const differing = counts.undecided + counts.rejected;
  const compared = counts.same + counts.approved + differing;
  const statuses: ExitStatus[] = [];
  const sentences: string[] = [];
  if (differing > 0) {
    statuses.push(exitStatus.differences);
    sentences.push(`${count(differing, 'run')} ${differing === 1 ? 'differs' : 'differ'} from the baseline.`);
  }
  const failed = openFailures(counts);
  if (failed > 0) {
    statuses.push(exitStatus.failed);
    const all = failed === counts.total;
    sentences.push(
      all
        ? `Nothing was compared: ${counts.total === 1 ? 'the only run' : `all ${counts.total} runs`} failed.`
        : `${count(failed, 'run')} failed.`,
    );
  }
  if (counts.waiting > 0) {
    statuses.push(exitStatus.failed);
    sentences.push(`${count(counts.waiting, 'run')} requested again since: not compared yet.`);
  }
  const missing = missingToDecide(result);
  if (missing.length > 0) {
    statuses.push(exitStatus.differences);
    sentences.push(describeMissingPages(missing));
  }
  const isAllNew = compared === 0 && counts.new > 0;
  if (isAllNew && allowNoBaseline) {
    statuses.push(exitStatus.ok);
    sentences.push(
      'Nothing was compared, because no run has a baseline yet; --allow-no-baseline accepts that.',
    );
  } else if (rules.reviewsNew && counts.new > 0) {
    statuses.push(exitStatus.differences);
    sentences.push(`${count(counts.new, 'new page')} ${counts.new === 1 ? 'waits' : 'wait'} for a decision.`);
  } else if (isAllNew && !rules.followsGit) {
    statuses.push(exitStatus.nothingCompared);
    sentences.push(
      'Nothing was compared: no run has a baseline yet. Mark this release good to make it the baseline, or use --allow-no-baseline.',
    );
  }
  if (counts.total === 0) {
    statuses.push(exitStatus.nothingCompared);
    sentences.push('Nothing was compared: the release has no runs.');
  }
  if (statuses.length === 0) {
    const fresh = counts.new === 0 ? '' : `; ${count(counts.new, 'run')} without a baseline`;
    sentences.push(`No differences: ${count(compared, 'run')} compared${fresh}.`);
  }
  if (counts.accepted > 0) {
    sentences.push(`${count(counts.accepted, 'failed run')} accepted with a reason.`);
  }
  return { status: combineExitStatuses(statuses), sentences };
}

/** Missing pages whose removal is not confirmed. */
function missingToDecide({ missing, rules }: ReleaseResult): MissingPage[] {
  return missing.filter(
    ({ verdict }) => verdict === 'rejected' || (verdict === 'undecided' && rules.reviewsMissing),
  );
}

function describeMissingPages(missing: readonly MissingPage[]): string {
  const first = missing[0]!.name;
  return missing.length === 1
    ? `1 page of the baseline is missing: ${first}. Confirm that it was removed, or use --subset where only some pages are sent.`
    : `${count(missing.length, 'page')} of the baseline are missing, first ${first}. Confirm that they were removed, or use --subset where only some pages are sent.`;
}

function describeDecision({ status, decidedBy, decisionNote, counts }: ReleaseResult): string {
  if (status === 'good' && decidedBy === serverActor && counts.total > 0) {
    const parts = [
      [counts.same, 'the same'],
      [counts.approved, 'approved'],
      [counts.new, 'new'],
    ] as const;
    const shown = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
    return `Nothing is left to decide: ${shown.join(', ')}. The server marked the release good.`;
  }
  const by = decidedBy === null ? '' : ` by ${decidedBy}`;
  const note = decisionNote === null ? '' : `: ${decisionNote.replace(/\.$/, '')}`;
  return `The release was marked ${status}${by}${note}.`;
}

/** A decision on the release does not cover runs that never became part of it. */
function withRefused({ status, sentences }: Judgement, refused: number): Judgement {
  if (refused === 0) return { status, sentences };
  return {
    status: combineExitStatuses([status, exitStatus.failed]),
    sentences: [
      ...sentences,
      `The server refused ${count(refused, 'run')}: ${refused === 1 ? 'it is' : 'they are'} not part of the release.`,
    ],
  };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}
