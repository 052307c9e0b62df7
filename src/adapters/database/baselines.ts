import { sql } from 'kysely';
import type { HistoryEntry, PlacedRelease } from '../../domain/baselines/placed-release.ts';
import { isSupersededBy } from '../../domain/baselines/superseded.ts';
import type { BaselineRepository, NameInRelease } from '../../ports/store/baselines.ts';
import { baselineChanges } from './baseline-changes.ts';
import { findOne, nameInOne, newestGood, signs, withRunNamed } from './baseline-statements.ts';
import { baselineUses } from './baseline-uses.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { flag } from './rows.ts';
import {
  placeColumns,
  screenshotColumns,
  selected,
  toPlaced,
  toScreenshot,
  toStored,
} from './placed-rows.ts';
import type { PlaceRow, ScreenshotRow } from './placed-rows.ts';
import { toSettings } from './settings-text.ts';
import { isOneOf } from './sets.ts';

/** Maximum links of a chain to follow; anything further back is unknown and therefore not accepted. */
const maxChain = 1_000;

export function baselineRepository(connection: Connection): BaselineRepository {
  const { db } = connection;
  const places = () =>
    db
      .selectFrom('releases')
      .select([...placeColumns])
      .where('releases.deleted_at', 'is', null);
  const allScreenshots = () =>
    db
      .selectFrom('runs')
      .innerJoin('releases', 'releases.id', 'runs.release_id')
      .select([...placeColumns, ...screenshotColumns]);
  const screenshots = () => allScreenshots().where('releases.deleted_at', 'is', null);
  return {
    ...baselineChanges(connection),
    ...baselineUses(connection),
    async doubtfulBaselines(releaseId) {
      const given = await db
        .selectFrom('runs')
        .select('id')
        .where('release_id', '=', releaseId)
        .where('status', '=', literal('diff_not_found'))
        .where('verdict', '=', literal('none'))
        .where('baseline_run_id', 'is', null)
        .limit(1)
        .execute();
      const rows = await allScreenshots()
        .innerJoin('runs as compared', 'compared.baseline_run_id', 'runs.id')
        .where('compared.release_id', '=', releaseId)
        .where('compared.status', '=', literal('diff_not_found'))
        .where('compared.verdict', '=', literal('none'))
        .where('runs.verdict', '<>', literal('approved'))
        .where('releases.status', '<>', literal('good'))
        .execute();
      return [...given.map(() => null), ...rows.map(toStored)];
    },
    async signs(buildId) {
      const [row] = (await signs(connection, { buildId })).rows;
      return {
        newestReleaseId: row?.newest ?? 0,
        restoredAt: row?.restored_at ?? null,
        settings: toSettings(row?.baseline_settings ?? null),
      };
    },
    async place(releaseId, origin) {
      await db
        .updateTable('releases')
        .set({
          head_commit: origin.headCommit,
          tree: origin.tree,
          base_branch: origin.baseBranch,
          repository: origin.repository,
          head_repository: origin.headRepository,
          pull_request: origin.pullRequest,
          author_name: origin.authorName,
          author_email: origin.authorEmail,
          history_note: origin.historyNote,
          history_length: origin.history?.length ?? null,
          is_subset: flag(origin.isSubset),
          skip_reason: origin.skipReason,
          baseline_release_id: origin.baselineReleaseId,
          fresh_review: flag(origin.freshReview),
        })
        .where('id', '=', releaseId)
        .execute();
      if (origin.history === null) return;
      await db
        .insertInto('release_histories')
        .values({
          release_id: releaseId,
          history: JSON.stringify(origin.history),
          own: JSON.stringify(origin.own),
        })
        .execute();
    },
    async find(releaseId) {
      const [row] = (await findOne(connection, { releaseId })).rows;
      if (row === undefined) return null;
      const release = toPlaced(row);
      return {
        release,
        origin: {
          ...release,
          authorName: row.author_name,
          authorEmail: row.author_email,
          history: row.history === null ? null : (JSON.parse(row.history) as HistoryEntry[]),
          own: row.own === null ? [] : (JSON.parse(row.own) as string[]),
          historyNote: row.history_note,
          skipReason: row.skip_reason,
          baselineReleaseId: row.baseline_release_id,
          freshReview: row.fresh_review === 1,
        },
      };
    },
    async newestGood(buildId) {
      const [row] = (await newestGood(connection, { buildId })).rows;
      return row === undefined ? null : toPlaced(row);
    },
    async releasesOf(buildId, commits, trees) {
      const hashes = [...new Set(commits.flatMap(withAbbreviations))];
      const found = new Map<number, PlacedRelease>();
      for (const [column, values] of [
        ['commit_id', hashes],
        ['head_commit', hashes],
        ['tree', [...new Set(trees)]],
      ] as const) {
        if (values.length === 0) continue;
        const rows = await places()
          .where('releases.build_id', '=', buildId)
          .where(`releases.${column}`, 'is not', null)
          .where(isOneOf(connection, `releases.${column}`, values))
          .execute();
        for (const row of rows) found.set(row.id, toPlaced(row));
      }
      return [...found.values()];
    },
    async newest(buildId, limit, afterId = 0) {
      const rows = await places()
        .where('releases.build_id', '=', buildId)
        .where('releases.id', '>', afterId)
        .orderBy('releases.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toPlaced);
    },
    async nameIn(name, releaseIds) {
      const [first, ...others] = releaseIds;
      if (first === undefined) return [];
      const { rows } =
        others.length === 0
          ? await nameInOne(connection, { name, releaseId: first })
          : {
              rows: await withRunNamed(db, name)
                .where(isOneOf(connection, 'releases.id', releaseIds))
                .execute(),
            };
      return rows.map((row): NameInRelease => {
        const screenshot = row.run_id === null ? null : toScreenshot(row as unknown as ScreenshotRow);
        return {
          releaseId: row.id,
          status: row.status,
          isSuperseded: isSupersededBy(row.status, row.decision_note),
          screenshot,
        };
      });
    },
    async missingIn(name, releaseIds) {
      if (releaseIds.length === 0) return new Map();
      const rows = await db
        .selectFrom('missing_runs')
        .select(['release_id', 'verdict'])
        .where('name', '=', name)
        .where(isOneOf(connection, 'release_id', releaseIds))
        .execute();
      return new Map(rows.map((row) => [row.release_id, row.verdict]));
    },
    async nameHistory(buildId, name, limit) {
      const rows = await screenshots()
        .where('runs.build_id', '=', buildId)
        .where('runs.name', '=', name)
        .orderBy('runs.release_id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toStored);
    },
    async chain(runId) {
      const { rows } = await sql<PlaceRow & ScreenshotRow & { link: number }>`
        with recursive chain (link, run_id, next_id) as (
          select 0, id, case when status = ${literal('diff_not_found')} then baseline_run_id end
          from runs where id = ${runId}
          union all
          select chain.link + 1, runs.id, case when runs.status = ${literal('diff_not_found')} then runs.baseline_run_id end
          from chain join runs on runs.id = chain.next_id
            join releases on releases.id = runs.release_id and releases.deleted_at is null
          where chain.link < ${literal(maxChain)}
        )
        select chain.link, ${sql.join([...placeColumns, ...screenshotColumns].map(selected))}
        from chain join runs on runs.id = chain.run_id join releases on releases.id = runs.release_id
        order by chain.link`.execute(db);
      return rows.map(toStored);
    },
    async judged(buildId, name, { image, pixelsSha256 }, limit) {
      const rows = await screenshots()
        .where('runs.build_id', '=', buildId)
        .where('runs.name', '=', name)
        .where('runs.verdict', '<>', literal('none'))
        .where((eb) =>
          eb.or([
            eb('runs.image', '=', image),
            ...(pixelsSha256 === null ? [] : [eb('runs.pixels_sha256', '=', pixelsSha256)]),
          ]),
        )
        .orderBy('runs.release_id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toStored);
    },
    async namesOf(releaseIds) {
      const names = new Map(
        releaseIds.map((releaseId) => [
          releaseId,
          { releaseId, present: [] as string[], missing: [] as string[], removed: [] as string[] },
        ]),
      );
      if (releaseIds.length === 0) return [];
      const runs = await db
        .selectFrom('runs')
        .select(['release_id', 'name'])
        .where(isOneOf(connection, 'release_id', releaseIds))
        // A new page that was rejected never belonged to the baseline.
        .where((eb) => eb.not(eb.and([eb('status', '=', 'no_diff_needed'), eb('verdict', '=', 'rejected')])))
        .execute();
      for (const { release_id, name } of runs) names.get(release_id)!.present.push(name);
      const missing = await db
        .selectFrom('missing_runs')
        .select(['release_id', 'name', 'verdict'])
        .where(isOneOf(connection, 'release_id', releaseIds))
        .execute();
      for (const { release_id, name, verdict } of missing) {
        names.get(release_id)![verdict === 'confirmed' ? 'removed' : 'missing'].push(name);
      }
      return [...names.values()];
    },
  };
}

/** Some CI systems abbreviate commits to 10 to 12 characters. */
function withAbbreviations(commit: string): string[] {
  return [
    commit,
    ...[10, 11, 12].filter((length) => length < commit.length).map((length) => commit.slice(0, length)),
  ];
}
