import { AppError, type Answer, type DepictedClient } from '../client/index.ts';
import type { Alignment } from '../domain/comparison/alignment.ts';
import { describeAlignment } from '../domain/comparison/describe-alignment.ts';
import { changeNames } from '../domain/dom/name-words.ts';
import { failureThatCounts } from '../domain/tasks/failure-that-counts.ts';
import { inParallel } from './in-parallel.ts';
import type { ListedRun, MissingPage, ReleaseResult, ReleaseTarget, RunResult } from './release-outcome.ts';
import { readSharedChanges } from './read-shared-changes.ts';
import { reviewRulesOf } from './review-rules.ts';

export type RunList = Answer<'listRuns'>;

export interface ResultToRead {
  client: DepictedClient;
  release: ReleaseTarget;
  /** Of the release's page. */
  resultsUrl: string;
  signal: AbortSignal;
}

/** The current state of the release, with every run. */
export async function readResult({
  client,
  release,
  resultsUrl,
  signal,
}: ResultToRead): Promise<ReleaseResult> {
  const list = await client.listRuns({ ...release, explain: true }, { signal });
  const runs = listedRunsOf(list, resultsUrl).map((run, index): RunResult => ({
    ...run,
    failureMessage: null,
    moves: null,
    changes: [],
    incomplete: [],
    refIncomplete: [],
    warnings: [],
    refWarnings: [],
    ...explanationOf(list, index),
  }));
  await addDetails(client, release, runs, signal);
  const hasDifferences = runs.some(({ status: of }) => of === 'diff_found');
  const { status, decidedBy, decisionNote } = list.release;
  const missing = await readMissing(client, release, signal);
  const rules = reviewRulesOf(list);
  const fault = list.release.shards?.fault ?? null;
  return {
    status,
    decidedBy,
    decisionNote,
    fault,
    counts: countsOf(list),
    rules,
    missing,
    runs,
    changes: hasDifferences ? await readSharedChanges(client, list.release.id, signal) : [],
  };
}

/** An older server does not explain. */
function explanationOf(list: RunList, index: number): Pick<RunResult, 'baseline' | 'verdictOrigin'> {
  const explanation = list.explanations?.[index];
  if (explanation === undefined) return { baseline: null, verdictOrigin: null };
  const { baseline, verdictOrigin } = explanation;
  const { reason, rule, run } = baseline;
  return {
    baseline: {
      reason,
      rule,
      releaseName: run?.releaseName ?? null,
      releaseNumber: run?.releaseNumber ?? null,
    },
    verdictOrigin: verdictOrigin && {
      releaseName: verdictOrigin.releaseName,
      releaseNumber: verdictOrigin.releaseNumber,
    },
  };
}

async function readMissing(
  client: DepictedClient,
  release: ReleaseTarget,
  signal: AbortSignal,
): Promise<MissingPage[]> {
  try {
    const { missing } = await client.listMissing(release, { signal });
    return missing.map(({ name, verdict, renamedTo }) => ({ name, verdict, renamedTo }));
  } catch (error) {
    // An older server knows nothing of missing pages.
    if (error instanceof AppError && error.code === 'not_found') return [];
    throw error;
  }
}

/** Details are requested for at most this many runs; the others keep the code of their failure and their counts. */
const maxDetails = 200;
/** Of them, runs that differ, lack nothing and have no warning: the names of their changes are all that is asked for. */
const maxNamed = 50;
const detailsAtOnce = 8;

/** Failures as sentences, missing parts of pages, warnings, moves, and names of changes. */
async function addDetails(
  client: DepictedClient,
  release: ReleaseTarget,
  runs: readonly RunResult[],
  signal: AbortSignal,
): Promise<void> {
  const failed = runs.filter(({ status }) => status === 'failed');
  const hasMore = ({ incompleteCount, warningCount }: RunResult) => incompleteCount + warningCount > 0;
  const noted = runs.filter((run) => run.status !== 'failed' && hasMore(run));
  const changed = runs.filter((run) => run.status === 'diff_found' && !hasMore(run));
  const asked = [...failed, ...noted, ...changed.slice(0, maxNamed)].slice(0, maxDetails);
  await inParallel(asked, detailsAtOnce, signal, async (result, laneSignal) => {
    try {
      const { run } = await client.runDetail({ ...release, runName: result.name }, { signal: laneSignal });
      result.incomplete = run.current.facts?.incomplete ?? [];
      result.refIncomplete = run.ref.facts?.incomplete ?? [];
      result.warnings = run.current.facts?.warnings ?? [];
      result.refWarnings = run.ref.facts?.warnings ?? [];
      const alignment = (run.diff.facts?.alignment ?? null) as Alignment | null;
      result.changes = changeNames(alignment?.changes ?? []);
      result.moves =
        alignment === null ? null : describeAlignment(alignment, run.diff.facts?.beyondMaxMove ?? null);
      if (result.status !== 'failed') return;
      const failure = failureThatCounts([run.current.failure, run.ref.failure, run.diff.failure]);
      result.failureReason ??= failure?.reason ?? null;
      result.failureMessage = failure?.message ?? null;
    } catch (error) {
      // The code of the failure is known anyway.
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    }
  });
}

/** Its runs, in review order. */
export function listedRunsOf({ runs, environmentChanges }: RunList, resultsUrl: string): ListedRun[] {
  return runs.name.map((name, index) => ({
    name,
    status: runs.status[index]!,
    verdict: runs.verdict[index]!,
    distortion: runs.distortion[index]!,
    changedPixels: runs.changedPixels[index]!,
    diffRatio: runs.diffRatio[index]!,
    regionCount: runs.regionCount[index]!,
    failureReason: runs.failureReason[index]!,
    // An older server does not report these.
    incompleteCount: runs.incompleteCount?.[index] ?? 0,
    warningCount: runs.warningCount?.[index] ?? 0,
    environmentChange: environmentChanges?.[runs.environmentChange?.[index] ?? -1] ?? null,
    resultsUrl: runAddress(resultsUrl, name),
  }));
}

/** The address of a run's page, derived from that of its release. */
function runAddress(resultsUrl: string, runName: string): string {
  const url = new URL(resultsUrl);
  url.pathname = url.pathname.replace(/\/release$/, '/run');
  url.searchParams.set('test', runName);
  return url.href;
}

/** Its counts; an older server counts no missing pages. */
export function countsOf({ counts }: RunList): RunList['counts'] {
  const { missing = 0, accepted = 0, carried = 0, partlyApproved = 0 }: Partial<RunList['counts']> = counts;
  return { ...counts, missing, accepted, carried, partlyApproved };
}
