import type { Migration } from '../migrate.ts';

/** Secrets of builds, sealed. */
export const buildSecrets: Migration = {
  name: '0026-build-secrets',
  runsWith: '0023-runs-with',
  statements: () => [
    `create table build_secrets (
      build_id bigint not null,
      name text not null,
      value text not null,
      origins text not null,
      updated_at bigint not null,
      updated_by text not null,
      primary key (build_id, name)
    )`,
  ],
};
