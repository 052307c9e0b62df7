/** Rows of releases with their place in git, and of their screenshots. */
import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import { historyKind } from '../../domain/baselines/placed-release.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import { isSupersededBy } from '../../domain/baselines/superseded.ts';
import type { StoredScreenshot } from '../../ports/store/baselines.ts';
import type { ReleasesTable } from './schema-releases.ts';
import type { RunsTable } from './schema-runs.ts';

export const placeColumns = [
  'releases.id',
  'releases.name',
  'releases.number',
  'releases.status',
  'releases.created_at',
  'releases.branch',
  'releases.base_branch',
  'releases.commit_id',
  'releases.head_commit',
  'releases.tree',
  'releases.pull_request',
  'releases.repository',
  'releases.head_repository',
  'releases.decision_note',
  'releases.is_subset',
  'releases.skip_reason',
  'releases.history_note',
  'releases.history_length',
] as const;

export const screenshotColumns = [
  'runs.id as run_id',
  'runs.image',
  'runs.status as run_status',
  'runs.verdict',
  'runs.verdict_by',
  'runs.verdict_at',
  'runs.origin_run_id',
  'runs.origin_decision_id',
  'runs.baseline_run_id',
  'runs.pixels_sha256',
] as const;

export type PlaceRow = Pick<
  Selectable<ReleasesTable>,
  (typeof placeColumns)[number] extends infer Column
    ? Column extends `releases.${infer Name}`
      ? Name & keyof ReleasesTable
      : never
    : never
>;

export type ScreenshotRow = Pick<
  Selectable<RunsTable>,
  | 'image'
  | 'verdict'
  | 'verdict_by'
  | 'verdict_at'
  | 'origin_run_id'
  | 'origin_decision_id'
  | 'baseline_run_id'
  | 'pixels_sha256'
> & { run_id: number; run_status: RunsTable['status'] };

/** A column of these lists, for a raw SQL query. */
export function selected(column: string) {
  const [name, alias] = column.split(' as ');
  return alias === undefined ? sql.ref(name!) : sql`${sql.ref(name!)} as ${sql.ref(alias)}`;
}

export function toPlaced(row: PlaceRow): PlacedRelease {
  return {
    id: row.id,
    name: row.name,
    number: row.number,
    status: row.status,
    createdAt: row.created_at,
    branch: row.branch,
    baseBranch: row.base_branch,
    commit: row.commit_id,
    headCommit: row.head_commit,
    tree: row.tree,
    pullRequest: row.pull_request,
    repository: row.repository,
    headRepository: row.head_repository,
    isSuperseded: isSupersededBy(row.status, row.decision_note),
    isSubset: row.is_subset === 1,
    isSkipped: row.skip_reason !== null,
    history: historyKind(row.history_length, row.history_note),
  };
}

export function toScreenshot(row: ScreenshotRow): Omit<StoredScreenshot, 'release'> {
  return {
    runId: row.run_id,
    hasImage: row.image !== null,
    status: row.run_status,
    verdict: row.verdict,
    verdictBy: row.verdict_by,
    verdictAt: row.verdict_at,
    isTakenOver: row.origin_run_id !== null,
    originDecisionId: row.origin_decision_id,
    baselineRunId: row.baseline_run_id,
    image: row.image,
    pixelsSha256: row.pixels_sha256,
  };
}

export function toStored(row: PlaceRow & ScreenshotRow): StoredScreenshot {
  return { ...toScreenshot(row), release: toPlaced(row) };
}
