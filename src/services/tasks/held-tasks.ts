import { isWorkerKey } from '../../domain/people/access.ts';
import type { KeyPrincipal, Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { CapturePayload, ComparisonPayload } from '../../domain/tasks/tasks.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { shotRunsOf } from '../runs/shot-runs.ts';
import { findBuildToUse, type ReleaseName } from '../builds/find-build.ts';

/**
 * Admits principals that may change the build, and worker keys that hold the lease of one of its tasks.
 *
 * @throws AppError `not_found` | `role_required` | `lease_lost`
 */
export async function requireUseOrTask(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  principal: Principal,
  buildId: number,
): Promise<void> {
  if (!isWorkerKey(principal)) await findBuildToUse(tx, principal, buildId);
  else if ((await heldTasks(deps, tx, principal, buildId)).length === 0) throw noTaskHeld();
}

/**
 * Whether a task leased by the worker key needs the artifact: as an image to compare, as the config of its run, or as
 * the recorded structure of a page to compare.
 *
 * @throws AppError `lease_lost` when the key holds no task of the build
 */
export async function isNeededByTask(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  key: KeyPrincipal,
  { buildId, sha1 }: { buildId: number; sha1: string },
): Promise<boolean> {
  const tasks = await heldTasks(deps, tx, key, buildId);
  if (tasks.length === 0) throw noTaskHeld();
  if (tasks.some((task) => artifactsOf(task).includes(sha1))) return true;
  const configs = await tx.runs.configs(tasks.map(({ runId }) => runId!));
  if ([...configs.values()].includes(sha1)) return true;
  const comparisons = tasks.filter(({ slot }) => slot === 'diff');
  const doms = await tx.runs.doms(comparisons.map(({ runId }) => runId!));
  return [...doms.values()].some(({ before, after }) => before === sha1 || after === sha1);
}

/**
 * Admits a worker key to a run, if the key has leased a task of exactly this run. With a lease
 * id, the caller must check whether that lease is still valid: a report may repeat one that ended its task.
 *
 * @throws AppError `lease_lost`
 */
export async function requireTaskOfRun(
  deps: Pick<Deps, 'clock'>,
  tx: Transaction,
  key: KeyPrincipal,
  run: ReleaseName & { runName: string; leaseId?: string | undefined },
): Promise<void> {
  const tasks =
    run.leaseId === undefined
      ? await heldTasks(deps, tx, key, run.buildId)
      : [await tx.tasks.findByLease(run.leaseId)].filter((task) => task?.leasedBy === key.keyId);
  const isItsRun = tasks.some((task) => task!.runId !== null && isTaskOf(task!, run));
  if (!isItsRun) throw noTaskHeld();
}

/** The artifacts named in the designated fields of a task; other text may look like an artifact id. */
function artifactsOf({ payload, slot }: Task): unknown[] {
  const of = JSON.parse(payload) as Partial<CapturePayload & ComparisonPayload>;
  return slot === 'diff' ? [of.run_sha1sum, of.reference_sha1sum] : [of.config_sha1sum];
}

/** The server wrote the payload of a task that belongs to a run. */
function isTaskOf(task: Task, run: ReleaseName & { runName: string }): boolean {
  const of = JSON.parse(task.payload) as CapturePayload;
  return (
    of.build_id === run.buildId &&
    of.release_name === run.releaseName &&
    of.release_number === run.releaseNumber &&
    (of.run_name === run.runName || shotRunsOf(task).includes(run.runName))
  );
}

async function heldTasks(
  { clock }: Pick<Deps, 'clock'>,
  tx: Transaction,
  key: KeyPrincipal,
  buildId: number,
): Promise<Task[]> {
  const tasks = await tx.tasks.leasedBy(key.keyId, buildId);
  return tasks.filter(({ leaseEnded, eta }) => !leaseEnded && eta > clock.now());
}

/** The same error for existing and missing builds. */
export function noTaskHeld(): AppError {
  return new AppError(
    'lease_lost',
    'A worker key can access a build only while it holds the lease of one of its tasks, and this key holds none.',
  );
}
