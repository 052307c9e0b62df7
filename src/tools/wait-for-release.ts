import { AppError, type Answer, type DepictedClient } from '../client/index.ts';
import { failureThatCounts } from '../domain/tasks/failure-that-counts.ts';
import { isDecided } from '../domain/releases/release-lifecycle.ts';
import { isPending } from '../domain/runs/run-status.ts';
import { describeAbsence } from '../domain/tasks/worker-absence.ts';
import type { Clock } from '../ports/clock.ts';
import type { OnToolEvent } from './events.ts';
import { inParallel } from './in-parallel.ts';
import type { ListedRun, ReleaseResult, ReleaseTarget, RunResult } from './release-outcome.ts';
import { guessTimeLeft } from './time-left.ts';
import type { WaitGoal } from './wait-goal.ts';

type RunList = Answer<'listRuns'>;

const firstLookMs = 250;
const longestLookMs = 2_000;
/** Decisions take longer than captures. */
const longestLookForDecisionMs = 5_000;

export interface Waiting {
  client: DepictedClient;
  release: ReleaseTarget;
  /** Address of the release's page. */
  resultsUrl: string;
  goal: WaitGoal;
  clock: Clock;
  timeoutMs: number;
  onEvent: OnToolEvent;
  signal: AbortSignal;
}

export interface Waited {
  /** Null: timed out before everything was compared. */
  result: ReleaseResult | null;
  /** Timed out before the goal was reached. */
  timedOut: boolean;
}

/**
 * Polls a release until everything is compared, or until it is decided; a release without differences, new pages and
 * failures needs no decision.
 */
export async function waitForRelease(waiting: Waiting): Promise<Waited> {
  const { client, release, goal, clock, timeoutMs, onEvent, signal } = waiting;
  const startedAt = clock.monotonicMs();
  let sinceVersion = 0;
  let doneAtStart: number | null = null;
  let lookMs = firstLookMs;
  let told: string | null = null;
  for (;;) {
    const list = await client.listRuns({ ...release, sinceVersion }, { signal });
    const now = clock.monotonicMs();
    const { counts } = list;
    const done = counts.total - counts.waiting;
    doneAtStart ??= done;
    if (list.release.version > sinceVersion) {
      lookMs = firstLookMs;
    } else {
      const isReady = list.release.status === 'reviewing';
      lookMs = Math.min(isReady ? longestLookForDecisionMs : longestLookMs, lookMs * 1.5);
    }
    onEvent({
      type: 'progress',
      status: list.release.status,
      goal,
      counts,
      elapsedMs: now - startedAt,
      leftMs: guessTimeLeft(done - doneAtStart, counts.waiting, now - startedAt),
      finished: runsOf(list, waiting.resultsUrl).filter(({ status }) => !isPending(status)),
    });
    sinceVersion = list.release.version;
    if (isFinished(list, goal)) return { result: await readResult(waiting), timedOut: false };
    // Older servers do not report this.
    const absence = list.workerAbsence ? describeAbsence(list.workerAbsence, timeOf) : null;
    if (absence !== null && absence !== told) onEvent({ type: 'warning', message: absence });
    told = absence ?? told;
    const leftMs = timeoutMs - (now - startedAt);
    if (leftMs <= 0) {
      const isReady = list.release.status === 'reviewing';
      return { result: isReady ? await readResult(waiting) : null, timedOut: true };
    }
    await clock.sleep(Math.min(lookMs, leftMs), signal);
  }
}

/** `2026-03-01 14:05:09 UTC`. */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function isFinished({ release, counts }: RunList, goal: WaitGoal): boolean {
  if (isDecided(release.status)) return true;
  if (release.status !== 'reviewing') return false;
  return goal === 'compared' || hasNothingToDecide(counts);
}

function hasNothingToDecide({ total, same }: RunList['counts']): boolean {
  return total > 0 && same === total;
}

/** The current state of the release, with every run. */
export async function readResult({
  client,
  release,
  resultsUrl,
  signal,
}: Pick<Waiting, 'client' | 'release' | 'resultsUrl' | 'signal'>): Promise<ReleaseResult> {
  const list = await client.listRuns(release, { signal });
  const runs = runsOf(list, resultsUrl).map((run): RunResult => ({
    ...run,
    failureMessage: null,
    incomplete: [],
    refIncomplete: [],
  }));
  await addDetails(client, release, runs, signal);
  const { status, decidedBy, decisionNote } = list.release;
  return { status, decidedBy, decisionNote, counts: list.counts, runs };
}

/** Details are requested for at most this many runs; the others keep the code of their failure and their counts. */
const maxDetails = 200;
const detailsAtOnce = 8;

/** Failures as sentences, and missing parts of pages. */
async function addDetails(
  client: DepictedClient,
  release: ReleaseTarget,
  runs: readonly RunResult[],
  signal: AbortSignal,
): Promise<void> {
  const failed = runs.filter(({ status }) => status === 'failed');
  const incomplete = runs.filter(({ status, incompleteCount }) => status !== 'failed' && incompleteCount > 0);
  const asked = [...failed, ...incomplete].slice(0, maxDetails);
  await inParallel(asked, detailsAtOnce, signal, async (result, laneSignal) => {
    try {
      const { run } = await client.runDetail({ ...release, runName: result.name }, { signal: laneSignal });
      result.incomplete = run.current.facts?.incomplete ?? [];
      result.refIncomplete = run.ref.facts?.incomplete ?? [];
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

function runsOf({ runs }: RunList, resultsUrl: string): ListedRun[] {
  return runs.name.map((name, index) => ({
    name,
    status: runs.status[index]!,
    verdict: runs.verdict[index]!,
    distortion: runs.distortion[index]!,
    changedPixels: runs.changedPixels[index]!,
    diffRatio: runs.diffRatio[index]!,
    regionCount: runs.regionCount[index]!,
    failureReason: runs.failureReason[index]!,
    // An older server does not report this.
    incompleteCount: runs.incompleteCount?.[index] ?? 0,
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
