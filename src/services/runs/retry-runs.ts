import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { isOpen } from '../../domain/releases/release-lifecycle.ts';
import { retryRun, type Retry, type RetryOutcome } from '../../domain/runs/run-retry.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import { changeRelease } from '../releases/change-release.ts';
import type { Deps } from '../deps.ts';
import { lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { saveRuns } from './save-run.ts';
import { runSubject } from './run-verdict-entry.ts';

export interface RetryRunsInput extends ReleaseName {
  /** Default: all failed runs of the release. */
  runIds?: readonly number[] | undefined;
}

export interface RetryRunsResult {
  release: Release;
  results: { runId: number; outcome: RetryOutcome | 'not_found' }[];
}

const maxRuns = 10_000;
/** Runs per transaction, so that thousands do not block others. */
const batch = 500;

/**
 * Captures and compares failed runs again on a person's request. A release in review returns to processing
 * until that is done.
 *
 * @throws AppError `invalid_transition` when the release is decided
 */
export async function retryRuns(
  deps: Deps,
  principal: Principal,
  input: RetryRunsInput,
): Promise<RetryRunsResult> {
  const wanted = input.runIds === undefined ? null : [...new Set(input.runIds)];
  if (wanted !== null && (wanted.length === 0 || wanted.length > maxRuns)) {
    throw new AppError('invalid_argument', `run_ids must name 1 to ${maxRuns} runs, got ${wanted.length}.`, {
      details: { parameter: 'run_ids' },
    });
  }
  const locked = await deps.store.transaction(async (tx) => {
    const release = await lockReleaseToUse(tx, principal, input);
    return { release, ids: wanted ?? (await tx.runs.failedIds(release.id)) };
  });
  let { release } = locked;
  const { ids } = locked;
  const results: RetryRunsResult['results'] = [];
  for (let start = 0; start < ids.length; start += batch) {
    const part = await deps.store.transaction((tx) =>
      retryBatch(deps, tx, principal, input, ids.slice(start, start + batch)),
    );
    release = part.release;
    results.push(...part.results);
  }
  return { release, results };
}

async function retryBatch(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  key: ReleaseName,
  ids: readonly number[],
): Promise<RetryRunsResult> {
  let release = await lockReleaseToUse(tx, principal, key);
  const runs = new Map((await tx.runs.findMany(release.id, ids)).map((run) => [run.id, run]));
  const results: RetryRunsResult['results'] = [];
  const asked: { run: Run; retry: Retry }[] = [];
  for (const runId of ids) {
    const run = runs.get(runId);
    const retry = run === undefined ? null : retryRun(run);
    results.push({ runId, outcome: retry?.outcome ?? 'not_found' });
    if (run !== undefined && retry?.outcome === 'requested') asked.push({ run, retry });
  }
  if (asked.length === 0) return { release, results };
  if (!isOpen(release.status)) release = await changeRelease(deps, tx, release, 'run_requested');
  const liveTasks = await tx.tasks.liveOfRuns(asked.map(({ run }) => run.id));
  const changes = asked.map(({ run, retry }) => ({
    before: run,
    run: retry.run,
    liveTasks: liveTasks.get(run.id) ?? [],
    capture: retry.capture,
  }));
  ({ release } = await saveRuns(deps, tx, release, changes, actorOf(principal)));
  await log(
    deps,
    tx,
    principal,
    release,
    asked.map(({ run }) => run),
  );
  return { release, results };
}

async function log(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  release: Release,
  runs: readonly Run[],
): Promise<void> {
  const only = runs.length === 1 ? runs[0]! : null;
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: only?.id ?? null,
    actor: actorOf(principal),
    kind: 'runs_requested_again',
    detail: { count: runs.length, ...(only !== null && { run_name: only.name }) },
    subject: only === null ? `release:${release.id}` : runSubject(only.id),
    operationId: null,
  });
}
