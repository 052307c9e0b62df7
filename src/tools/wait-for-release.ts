import type { DepictedClient } from '../client/index.ts';
import { isDecided } from '../domain/releases/release-lifecycle.ts';
import { isPending } from '../domain/runs/run-status.ts';
import { describeAbsence } from '../domain/tasks/worker-absence.ts';
import type { Clock } from '../ports/clock.ts';
import type { OnToolEvent } from './events.ts';
import { countsOf, listedRunsOf, readResult, type RunList } from './read-result.ts';
import type { ReleaseResult, ReleaseTarget } from './release-outcome.ts';
import { hasNothingToDecide, reviewRulesOf } from './review-rules.ts';
import { guessTimeLeft } from './time-left.ts';
import type { WaitGoal } from './wait-goal.ts';

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
    const counts = countsOf(list);
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
      finished: listedRunsOf(list, waiting.resultsUrl).filter(({ status }) => !isPending(status)),
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

function isFinished(list: RunList, goal: WaitGoal): boolean {
  const { status, shards } = list.release;
  // Older servers know no shards.
  if (isDecided(status) || (shards?.fault ?? null) !== null) return true;
  if (status !== 'reviewing') return false;
  return goal === 'compared' || hasNothingToDecide(countsOf(list), reviewRulesOf(list));
}
