/** Runs of further screenshots, which wait for the capture of another run. */

import { shotRunName } from '../../domain/capture/steps.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run, SlotName } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { CapturePayload } from '../../domain/tasks/tasks.ts';
import type { Transaction } from '../../ports/store.ts';
import { taskOf } from './run-tasks.ts';

/** The names of the runs that wait for a capture besides its own. */
export function shotRunsOf(task: Pick<Task, 'payload' | 'slot' | 'runId'>): string[] {
  if (task.runId === null || (task.slot !== 'current' && task.slot !== 'ref')) return [];
  const { run_name: runName, shots = [] } = JSON.parse(task.payload) as CapturePayload;
  return shots.map((shot) => shotRunName(runName, shot));
}

/** The sides of a shot's run that a live capture of another run brings as well. */
export async function sidesBroughtBy(
  tx: Transaction,
  visit: Run | null,
  name: string,
): Promise<Set<SlotName>> {
  if (visit === null) return new Set();
  const tasks = await tx.tasks.liveOfRun(visit.id);
  return new Set(tasks.flatMap((task) => (shotRunsOf(task).includes(name) ? [task.slot!] : [])));
}

/** The runs of a task's further screenshots that still wait for it. */
export async function waitingShotRuns(tx: Transaction, task: Task): Promise<Run[]> {
  const { slot, releaseId } = task;
  if (releaseId === null || (slot !== 'current' && slot !== 'ref')) return [];
  const found: Run[] = [];
  for (const name of shotRunsOf(task)) {
    const run = await tx.runs.find(releaseId, name);
    if (run?.[slot].state !== 'requested') continue;
    const own = await tx.tasks.liveOfRun(run.id);
    if (!own.some((one) => one.slot === slot)) found.push(run);
  }
  return found;
}

/** A task for each run that waited for a capture that was canceled. */
export async function withOwnTasks(
  tx: Transaction,
  canceled: readonly { release: Release; tasks: readonly Task[] }[],
  now: number,
): Promise<Task[]> {
  const made: Task[] = [];
  for (const { release, tasks } of canceled) {
    for (const task of tasks) {
      for (const run of await waitingShotRuns(tx, task))
        made.push(taskOf(release, run, task.slot!, now, null));
    }
  }
  return made;
}
