import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkName, maxQueueNameLength } from '../../domain/names.ts';
import { checkLabel, noLabel } from '../../domain/tasks/labels.ts';
import { unleased } from '../../domain/tasks/tasks.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Deps } from '../deps.ts';
import { offerTasks } from './offer-tasks.ts';

export interface AddTaskInput {
  queue: string;
  payload: string;
  /** Default `application/json`. */
  contentType?: string | undefined;
  source?: string | undefined;
  /** Default: a fresh id. */
  taskId?: string | undefined;
  /** Default: none. */
  label?: string | undefined;
}

/** Adds a task; if the queue already has its id, nothing changes. */
export async function addTask(
  deps: Deps,
  principal: Principal,
  input: AddTaskInput,
): Promise<{ taskId: string }> {
  requireSuperuser(principal, 'use the work queue');
  checkName('queue', input.queue, maxQueueNameLength);
  if (input.taskId !== undefined) checkName('task_id', input.taskId);
  const now = deps.clock.now();
  const task: Task = {
    queue: input.queue,
    id: input.taskId ?? deps.ids.id(),
    payload: input.payload,
    contentType: input.contentType ?? 'application/json',
    source: input.source ?? null,
    ...unleased(now),
    label: checkLabel('label', input.label ?? noLabel),
    runId: null,
    releaseId: null,
    slot: null,
  };
  await deps.store.transaction(async (tx) => {
    const added = await tx.tasks.insertMany([task]);
    if (added > 0) offerTasks(deps, tx, [task]);
  });
  return { taskId: task.id };
}
