import { snakeKeys } from '../contract/letter-case.ts';
import { describeEnvironments } from './baseline-groups.ts';
import { crawlToJson } from './crawler/crawl-json.ts';
import { stateOf } from './describe-run.ts';
import { resultWithRefused } from './refused-runs.ts';
import type { ToolReport } from './tool-report.ts';

/** One JSON object, in the words of the API; `runs` and `counts` are null without a wait. */
export function toJson({ tool, outcome, judgement, source, crawl }: ToolReport): string {
  const { release, resultsUrl, sent, refusals, timedOut, durationMs } = outcome;
  const result = resultWithRefused(outcome);
  return JSON.stringify(
    snakeKeys({
      version: 1,
      tool,
      buildId: release?.buildId ?? null,
      releaseName: release?.releaseName ?? null,
      releaseNumber: release?.releaseNumber ?? null,
      resultsUrl,
      ...source,
      exitStatus: judgement.status,
      message: judgement.sentences.join(' '),
      sent,
      refused: refusals,
      timedOut,
      durationMs: Math.round(durationMs),
      status: result?.status ?? null,
      decidedBy: result?.decidedBy ?? null,
      decisionNote: result?.decisionNote ?? null,
      counts: result?.counts ?? null,
      ...(crawl !== null && { crawl: crawlToJson(crawl) }),
      environment: result === null ? null : describeEnvironments(result.runs),
      missing: result?.missing ?? null,
      changes: result?.changes ?? null,
      runs: result?.runs.map((run) => ({ ...run, state: stateOf(run) })) ?? null,
    }),
    null,
    2,
  );
}
