import type { Migration } from '../migrate.ts';

/** The columns of `runs` that name an artifact when this migration was written. */
const digestColumns = [
  'image',
  'log',
  'config',
  'ref_image',
  'ref_log',
  'ref_config',
  'diff_image',
  'diff_log',
  'forgiven_mask',
];

/** Which runs use an artifact, so that artifacts without a use can be found and go. */
export const artifactUses: Migration = {
  name: '0017-artifact-uses',
  runsWith: '0016-follow-ups',
  statements: ({ withoutRowid }) => [
    `create table artifact_uses (
      build_id bigint not null,
      sha1 text not null,
      run_id bigint not null,
      primary key (build_id, sha1, run_id)
    )${withoutRowid}`,
    `insert into artifact_uses (build_id, sha1, run_id) ${digestColumns
      .map((column) => `select build_id, ${column}, id from runs where ${column} is not null`)
      .join(' union ')} order by 1, 2, 3`,
    `create index artifact_uses_of_run on artifact_uses (run_id)`,
    `alter table artifact_ownerships add column check_at bigint`,
    `update artifact_ownerships set check_at = created_at + 86400000`,
    `create index artifact_ownerships_to_check on artifact_ownerships (check_at) where check_at is not null`,
    `create index artifact_ownerships_by_digest on artifact_ownerships (sha1)`,
    `create table dropped_artifacts (sha1 text primary key, dropped_at bigint not null)`,
  ],
};
