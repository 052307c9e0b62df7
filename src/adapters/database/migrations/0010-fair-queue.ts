import type { Migration } from '../migrate.ts';

/**
 * The time at which a task may be leased next, separate from the end of its lease; an index of tasks by release, so
 * that releases can take turns; the last poll of workers, shared by all servers.
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
