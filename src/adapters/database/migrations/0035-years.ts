import type { Migration } from '../migrate.ts';

/** Indexes for what is rare among many rows: one person's activity, one kind of it, and what waits or failed. */
export const years: Migration = {
  name: '0035-years',
  runsWith: '0024-run-changes',
  statements: () => [
    `create index activity_of_actor on activity (build_id, actor, id)`,
    `create index activity_of_kind on activity (build_id, kind, id)`,
    `create index tasks_canceled on tasks (queue, seq) where status = 'canceled'`,
    ...placesOf('event_deliveries', 'id', {
      waiting: 'due_at is not null',
      failed: 'due_at is null and sent_at is null',
    }),
    `drop index deliveries_stopped`,
    ...placesOf('deliveries', 'changed_at', {
      waiting: 'due_at is not null',
      stopped: 'stopped_at is not null',
    }),
    // The table itself holds the content of texts.
    `create index artifacts_by_size on artifacts (size)`,
  ],
};

/** For lists of one build and of all, by state. */
function placesOf(table: string, order: string, states: Record<string, string>): string[] {
  return Object.entries(states).flatMap(([state, condition]) => [
    `create index ${table}_${state} on ${table} (${order}) where ${condition}`,
    `create index ${table}_${state}_of_build on ${table} (build_id, ${order}) where ${condition}`,
  ]);
}
