import type { Migration } from '../migrate.ts';

/** Releases and builds that were deleted and can be restored for a while, and how long a build keeps its releases. */
export const deletion: Migration = {
  name: '0018-deletion',
  statements: () => [
    `alter table releases add column deleted_at bigint`,
    `alter table releases add column deleted_by text`,
    `alter table builds add column deleted_at bigint`,
    `alter table builds add column deleted_by text`,
    `alter table builds add column restored_at bigint`,
    `alter table builds add column retention text`,
    `create index releases_deleted on releases (deleted_at) where deleted_at is not null`,
    // Servers of the version before may still add runs without them.
    `insert into server_facts (name, value) select 'artifact_uses', 'complete' where not exists (select 1 from runs)`,
    `drop index releases_by_branch`,
    `create index releases_by_branch on releases (build_id, branch, id, deleted_at) where branch is not null`,
  ],
};
