import type { Migration } from '../migrate.ts';

/** Events for other programs, and keys for CI jobs without secrets. */
export const events: Migration = {
  name: '0030-events',
  runsWith: '0023-runs-with',
  statements: ({ id }) => [
    `create table event_endpoints (
      id ${id},
      build_id bigint not null,
      kind text not null,
      address text not null,
      types text not null,
      secret text,
      old_secret text,
      old_secret_until bigint,
      disabled_at bigint,
      problem text,
      created_at bigint not null,
      created_by text not null
    )`,
    `create index event_endpoints_of_build on event_endpoints (build_id)`,
    `create index event_endpoints_off on event_endpoints (id) where problem is not null`,
    `create table event_deliveries (
      id ${id},
      endpoint_id bigint not null,
      build_id bigint not null,
      release_id bigint,
      event_id text not null,
      type text not null,
      payload text not null,
      created_at bigint not null,
      attempts bigint not null,
      due_at bigint,
      sent_at bigint,
      answer bigint,
      problem text,
      lease_id text,
      lease_until bigint
    )`,
    `create index event_deliveries_due on event_deliveries (due_at) where due_at is not null`,
    `create index event_deliveries_in_order on event_deliveries (endpoint_id, release_id, id) where due_at is not null`,
    `create index event_deliveries_leased on event_deliveries (endpoint_id, lease_until) where lease_until is not null`,
    `create index event_deliveries_of_endpoint on event_deliveries (endpoint_id)`,
    `create index event_deliveries_of_build on event_deliveries (build_id, id)`,
    `create index event_deliveries_of_release on event_deliveries (release_id) where release_id is not null`,
    `create table used_tokens (digest text primary key, expires_at bigint not null)`,
    `create index used_tokens_expire on used_tokens (expires_at)`,
    `create table ci_trusts (
      id ${id},
      build_id bigint not null,
      kind text not null,
      connection_id bigint,
      organization text,
      project text,
      created_at bigint not null,
      created_by text not null
    )`,
    `create index ci_trusts_of_build on ci_trusts (build_id)`,
    `create index ci_trusts_of_connection on ci_trusts (connection_id) where connection_id is not null`,
    `alter table api_keys add column ci text`,
    `alter table api_keys add column expires_at bigint`,
  ],
};
