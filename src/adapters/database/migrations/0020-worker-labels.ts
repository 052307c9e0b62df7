import type { Migration } from '../migrate.ts';

/**
 * Labels that route captures to workers. They lead the indexes of the queue, so that leasing never passes tasks that the
 * worker may not take.
 */
export const workerLabels: Migration = {
  name: '0020-worker-labels',
  statements: () => [
    `alter table builds add column worker_label text not null default ''`,
    `alter table releases add column worker_label text not null default ''`,
    `alter table runs add column worker_label text not null default ''`,
    `alter table tasks add column label text not null default ''`,
    `drop index tasks_due`,
    `drop index tasks_in_turn`,
    `create index tasks_due on tasks (queue, label, due_at, seq) where status = 'live'`,
    `create index tasks_in_turn on tasks (queue, label, coalesce(release_id, 0), due_at, seq) where status = 'live'`,
  ],
};
