import type { Migration } from '../migrate.ts';

/**
 * Why a verdict was given, and who approved a run that needs several people. A failed run has a verdict only if a person
 * accepted the failure, so those that canceled captures kept by mistake go.
 */
export const teamReview: Migration = {
  name: '0029-team-review',
  runsWith: '0024-run-changes',
  statements: ({ withoutRowid }) => [
    `alter table runs add column verdict_note text`,
    `alter table runs add column approvals text`,
    `update runs set verdict = 'none', verdict_by = null, verdict_at = null, verdict_source = null,
      origin_run_id = null, origin_decision_id = null
      where status = 'failed' and verdict <> 'none'`,
    `create table review_requests (
      release_id bigint not null,
      user_id text not null,
      build_id bigint not null,
      requested_by text not null,
      requested_at bigint not null,
      primary key (release_id, user_id)
    )${withoutRowid}`,
    `create index review_requests_of_user on review_requests (user_id, requested_at)`,
  ],
};
