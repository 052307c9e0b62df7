import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { factsOf, runStatus } from '../../domain/runs/run-status.ts';
import type { Artifact } from '../../domain/artifacts/artifact.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import { sidesBroughtBy } from '../runs/shot-runs.ts';
import type { Deps } from '../deps.ts';

export interface FsckProblem {
  kind: 'artifact_corrupt' | 'orphan_blob' | 'wrong_status' | 'stray_task' | 'stuck_run';
  /** What is wrong, in one sentence. */
  message: string;
}

export interface FsckResult {
  artifacts: number;
  runs: number;
  problems: FsckProblem[];
}

const batch = 500;
/** A younger blob may belong to an upload whose row is not written yet. */
const orphanAgeMs = 3_600_000;

/**
 * Checks all data for inconsistencies. Changes nothing.
 *
 * @throws the signal's reason when aborted
 */
export async function fsck(deps: Deps, principal: Principal, signal?: AbortSignal): Promise<FsckResult> {
  requireSuperuser(principal, 'check the storage');
  const problems: FsckProblem[] = [];
  const known = new Set<string>();
  let artifacts = 0;
  for await (const artifact of allArtifacts(deps)) {
    signal?.throwIfAborted();
    artifacts++;
    if (artifact.content !== null) continue;
    known.add(artifact.sha1);
    const damage = await damageOf(deps, artifact);
    if (damage !== null) problems.push({ kind: 'artifact_corrupt', message: damage });
  }
  for await (const blob of deps.blobs.list()) {
    if (known.has(blob.sha1) || blob.modifiedAt > deps.clock.now() - orphanAgeMs) continue;
    const row = await deps.store.read((tx) => tx.artifacts.find(blob.sha1));
    if (row !== null) continue;
    problems.push({
      kind: 'orphan_blob',
      message: `Blob ${blob.sha1} (${blob.size} bytes) does not belong to any artifact.`,
    });
  }
  const runs = await checkRuns(deps, problems, signal);
  for (const stray of await deps.store.read((tx) => tx.tasks.strays(batch))) {
    problems.push({
      kind: 'stray_task',
      message: `Task "${stray.id}" in queue "${stray.queue}" is live, but run ${stray.runId} does not wait for it.`,
    });
  }
  return { artifacts, runs, problems };
}

async function* allArtifacts(deps: Deps): AsyncGenerator<Artifact> {
  for (let after = ''; ;) {
    const page = await deps.store.read((tx) => tx.artifacts.page(after, batch));
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.sha1;
  }
}

async function damageOf(deps: Deps, artifact: Artifact): Promise<string | null> {
  try {
    for await (const chunk of await deps.blobs.open(artifact.sha1, artifact)) void chunk;
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'artifact_corrupt') return error.message;
    throw error;
  }
}

/** Its task, or one that brings its screenshot as a further one. */
async function hasTask(tx: Transaction, run: Run): Promise<boolean> {
  if ((await tx.tasks.liveOfRun(run.id)).length > 0) return true;
  const end = run.name.lastIndexOf('/');
  const visit = end < 1 ? null : await tx.runs.find(run.releaseId, run.name.slice(0, end));
  return (await sidesBroughtBy(tx, visit, run.name)).size > 0;
}

async function checkRuns(
  deps: Deps,
  problems: FsckProblem[],
  signal: AbortSignal | undefined,
): Promise<number> {
  let checked = 0;
  for (let after = 0; ;) {
    signal?.throwIfAborted();
    const page = await deps.store.read(async (tx) => {
      const runs = await tx.runs.page(after, batch);
      const releases = await tx.releases.findMany([...new Set(runs.map((run) => run.releaseId))]);
      const statusOf = new Map(releases.map((release) => [release.id, release.status]));
      const stuck: number[] = [];
      for (const run of runs) {
        const isWaiting =
          run.status === 'needs_diff' || run.current.state === 'requested' || run.ref.state === 'requested';
        if (isWaiting && run.status !== 'failed' && !(await hasTask(tx, run))) stuck.push(run.id);
        if (isWaiting && run.status !== 'failed' && isSettled(statusOf.get(run.releaseId)))
          stuck.push(run.id);
      }
      return { runs, stuck };
    });
    for (const run of page.runs) {
      const status = runStatus(factsOf(run));
      if (status === run.status) continue;
      problems.push({
        kind: 'wrong_status',
        message: `Run ${run.id} is stored as ${run.status}, but its facts say ${status}.`,
      });
    }
    for (const id of new Set(page.stuck)) {
      problems.push({ kind: 'stuck_run', message: `Run ${id} is waiting, but has no live task.` });
    }
    checked += page.runs.length;
    const last = page.runs.at(-1);
    if (last === undefined) return checked;
    after = last.id;
  }
}

function isSettled(status: string | undefined): boolean {
  return status === 'reviewing' || status === 'good' || status === 'bad';
}
