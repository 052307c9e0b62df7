/** Queries of every request about baselines. */

import type { Kysely } from 'kysely';
import { literal } from './connection.ts';
import { placeColumns, screenshotColumns } from './placed-rows.ts';
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';

export const signs = statement((db, { buildId }: { buildId: number }) =>
  db
    .selectFrom('builds')
    .select(['baseline_settings', 'restored_at'])
    .select((eb) =>
      eb
        .selectFrom('releases')
        .select((inner) => inner.fn.max('releases.id').as('newest'))
        .where('releases.build_id', '=', buildId)
        .as('newest'),
    )
    .where('id', '=', buildId),
);

/** Releases with their run of a name, if any. */
export const withRunNamed = (db: Kysely<Schema>, name: string) =>
  db
    .selectFrom('releases')
    .leftJoin('runs', (join) => join.onRef('runs.release_id', '=', 'releases.id').on('runs.name', '=', name))
    .select(['releases.id', 'releases.status', 'releases.decision_note', ...screenshotColumns])
    .where('releases.deleted_at', 'is', null);

export const nameInOne = statement((db, { name, releaseId }: { name: string; releaseId: number }) =>
  withRunNamed(db, name).where('releases.id', '=', releaseId),
);

export const findOne = statement((db, { releaseId }: { releaseId: number }) =>
  db
    .selectFrom('releases')
    .leftJoin('release_histories', 'release_histories.release_id', 'releases.id')
    .select([...placeColumns, 'release_histories.history', 'release_histories.own'])
    .select(['author_name', 'author_email', 'baseline_release_id', 'fresh_review'])
    .where('releases.id', '=', releaseId)
    .where('releases.deleted_at', 'is', null),
);

export const newestGood = statement((db, { buildId }: { buildId: number }) =>
  db
    .selectFrom('releases')
    .select([...placeColumns])
    .where('build_id', '=', buildId)
    .where('status', '=', literal('good'))
    .where('skip_reason', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('id', 'desc')
    .limit(literal(1)),
);
