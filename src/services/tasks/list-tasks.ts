import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkName, maxQueueNameLength } from '../../domain/names.ts';
import type { Task, TaskStatus } from '../../domain/tasks/task.ts';
import type { Page } from '../../ports/store/page.ts';
import type { Deps } from '../deps.ts';
import { checkPage } from '../check-result-page.ts';

export interface ListTasksInput extends Partial<Page> {
  queue: string;
  status?: TaskStatus | undefined;
}

/** The tasks of one queue, newest first. */
export async function listTasks(deps: Deps, principal: Principal, input: ListTasksInput): Promise<Task[]> {
  requireSuperuser(principal, 'see the work queues');
  checkName('queue', input.queue, maxQueueNameLength);
  const page = checkPage(input);
  const filter =
    input.status === undefined ? { queue: input.queue } : { queue: input.queue, status: input.status };
  return deps.store.read((tx) => tx.tasks.list(filter, page));
}
