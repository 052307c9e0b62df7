import type { Migration } from '../migrate.ts';

/**
 * When a task may be leased next is kept apart from the end of its lease; tasks are found by their release, so that
 * releases can take turns; when a worker last asked for work is known to all servers.
 */
export const fairQueue: Migration = {
  name: '0010-fair-queue',
  statements: () => [
    `alter table tasks add column due_at bigint not null default 0`,
    `update tasks set due_at = eta`,
    `drop index tasks_due`,
    `create index tasks_due on tasks (queue, due_at, seq) where status = 'live'`,
    `create index tasks_in_turn on tasks (queue, coalesce(release_id, 0), due_at, seq) where status = 'live'`,
    `create table queue_signs (queue text primary key, asked_at bigint not null)`,
  ],
};
