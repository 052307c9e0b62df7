import { noLabel } from '../../domain/tasks/labels.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** More than wait at any server. */
const allWaiters = 100_000;

/** Signal for workers of a queue that take only labeled tasks: they need not wake for others. */
export const labeledSignal = (queue: string) => `${queue} labeled`;

/** Wakes waiting workers after the commit: one per task, or all when a task has a label that not every worker has. */
export function offerTasks(
  deps: Deps,
  tx: Transaction,
  tasks: readonly Pick<Task, 'queue' | 'label'>[],
): void {
  if (tasks.length === 0) return;
  tx.afterCommit(() => {
    for (const [queue, ofQueue] of Map.groupBy(tasks, (task) => task.queue)) {
      const hasLabels = ofQueue.some(({ label }) => label !== noLabel);
      deps.notifier.notify(queue, hasLabels ? allWaiters : ofQueue.length);
      if (hasLabels) deps.notifier.notify(labeledSignal(queue), allWaiters);
    }
  });
}
