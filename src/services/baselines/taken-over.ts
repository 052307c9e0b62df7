import { AppError } from '../../base/errors.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { Transaction } from '../../ports/store.ts';
import { findBuildToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { reviewRuns } from '../runs/review-runs.ts';

export interface TakenOverInput extends ReleaseName {
  /** The run whose verdict was taken over. */
  runId: number;
}

export interface TakenOverRun {
  runId: number;
  name: string;
  verdict: Verdict;
  release: Release;
}

export interface TakenOverList {
  build: Build;
  /** Newest first. */
  runs: TakenOverRun[];
}

/** Runs that are listed and taken back. */
const maxRuns = 10_000;

/** The runs that took over the verdict of a run, for those who may take them back. */
export async function listTakenOver(
  deps: Deps,
  principal: Principal,
  input: TakenOverInput,
): Promise<TakenOverList> {
  return deps.store.read(async (tx) => {
    const build = await findBuildToUse(tx, principal, input.buildId);
    return { build, runs: await takenOverFrom(tx, input) };
  });
}

/**
 * Takes back the verdicts that other runs took over from a run. Those in decided releases stay.
 *
 * @returns how many were taken back, and how many stayed
 */
export async function revokeTakenOver(
  deps: Deps,
  principal: Principal,
  input: TakenOverInput & { operationId: string },
): Promise<{ revoked: number; kept: number }> {
  const runs = await deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    return takenOverFrom(tx, input);
  });
  let revoked = 0;
  const byRelease = Map.groupBy(runs, ({ release }) => release.id);
  for (const id of [...byRelease.keys()].sort((a, b) => a - b)) {
    const own = byRelease.get(id)!;
    revoked += await revokeIn(deps, principal, own[0]!.release, own, input.operationId);
  }
  return { revoked, kept: runs.length - revoked };
}

async function revokeIn(
  deps: Deps,
  principal: Principal,
  release: Release,
  runs: readonly TakenOverRun[],
  operationId: string,
): Promise<number> {
  if (isDecided(release.status)) return 0;
  try {
    const { results } = await reviewRuns(deps, principal, {
      buildId: release.buildId,
      releaseName: release.name,
      releaseNumber: release.number,
      runs: runs.map(({ runId }) => ({ runId, verdict: 'none' })),
      operationId,
    });
    return results.filter(({ verdict }) => verdict === 'none').length;
  } catch (error) {
    // Decided meanwhile.
    if (error instanceof AppError && error.code === 'invalid_transition') return 0;
    throw error;
  }
}

async function takenOverFrom(tx: Transaction, input: TakenOverInput): Promise<TakenOverRun[]> {
  const source = await tx.runs.findById(input.runId);
  const release = source === null ? null : await tx.releases.findById(source.releaseId);
  const isThere =
    release?.buildId === input.buildId &&
    release.name === input.releaseName &&
    release.number === input.releaseNumber;
  if (!isThere) {
    throw new AppError(
      'not_found',
      `Release ${JSON.stringify(input.releaseName)} number ${input.releaseNumber} has no run ${input.runId}.`,
      { details: { parameter: 'run_id' } },
    );
  }
  const found = await tx.baselines.takenOverFrom(input.runId, maxRuns);
  const ids = [...new Set(found.map(({ releaseId }) => releaseId))];
  const releases = new Map((await tx.releases.findMany(ids)).map((of) => [of.id, of]));
  return found.map(({ releaseId, ...run }) => ({ ...run, release: releases.get(releaseId)! }));
}
