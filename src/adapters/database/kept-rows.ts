/** Conditions on rows of releases and builds that are not deleted. */

import { sql } from 'kysely';

/** Of releases. A key of a deleted build is still known. */
export const isOfKeptBuild = sql<boolean>`exists (
  select 1 from builds where builds.id = releases.build_id and builds.deleted_at is null)`;

/** Of runs. */
export const isOfKeptRelease = sql<boolean>`exists (
  select 1 from releases where releases.id = runs.release_id and releases.deleted_at is null)`;
