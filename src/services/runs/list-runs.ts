import type { EnvironmentDifference } from '../../domain/capture/environment.ts';
import type { Principal } from '../../domain/people/access.ts';
import { isOpen } from '../../domain/releases/release-lifecycle.ts';
import { workerAbsence } from '../../domain/tasks/worker-absence.ts';
import type { WorkerAbsence } from '../../domain/tasks/worker-absence.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { RunStatus } from '../../domain/runs/run.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Verdict, VerdictSource } from '../../domain/runs/verdict.ts';
import type { BaselineChoice } from '../../domain/baselines/choose-baseline.ts';
import { baselineSentence } from '../../domain/baselines/sentence.ts';
import { baselineReason } from '../../domain/runs/baseline.ts';
import type { Transaction } from '../../ports/store.ts';
import type { RunOfRelease, RunRow } from '../../ports/store/runs.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import type { Deps } from '../deps.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';

export interface ListRunsInput extends ReleaseName {
  /** Only what changed after this version of the release. */
  sinceVersion?: number | undefined;
  /** Also what each run is compared with and why, and where its verdict is from. */
  explain?: boolean | undefined;
}

export interface RunExplanation {
  baseline: { reason: string; rule: BaselineChoice['rule'] | null; run: RunOfRelease | null };
  verdictOrigin: RunOfRelease | null;
}

/** One array per field, all of equal length: 5,000 runs in one small answer. */
export interface RunColumns {
  id: number[];
  name: string[];
  status: RunStatus[];
  verdict: Verdict[];
  verdictBy: (string | null)[];
  verdictAt: (number | null)[];
  version: number[];
  factsVersion: number[];
  distortion: (number | null)[];
  changedPixels: (number | null)[];
  /** Pixels that differ but do not count. */
  forgivenPixels: (number | null)[];
  diffRatio: (number | null)[];
  regionCount: (number | null)[];
  /** Whether anything moved. */
  moveSummary: RunRow['moveSummary'][];
  /** Index into `changeSets`; equal values mean exactly the same changes. */
  changeSet: (number | null)[];
  /** Distinct changes. */
  changeCount: number[];
  /** Of them: those that no decision covers. */
  openChanges: number[];
  verdictSource: (VerdictSource | null)[];
  verdictNote: (string | null)[];
  /** How many people approved it so far, where several must. */
  approvals: number[];
  /** They; null: not told. */
  approvedBy: (string[] | null)[];
  /** Of the canvas, in pixels. */
  width: (number | null)[];
  height: (number | null)[];
  hasImage: boolean[];
  hasRef: boolean[];
  failureReason: (string | null)[];
  /** Parts of the pages that did not load, in both captures. */
  incompleteCount: number[];
  /** Warnings of both captures. */
  warningCount: number[];
  /** Index into `environmentChanges`: in what the two captures were made differently. */
  environmentChange: (number | null)[];
}

export interface ListRunsResult {
  build: Build;
  release: Release;
  counts: StatusCounts;
  /** Differences first, then by name. */
  runs: RunColumns;
  /** One for each run, in their order; null: not asked for. */
  explanations: RunExplanation[] | null;
  /** Short keys, distinct. */
  changeSets: string[];
  /** Distinct. */
  environmentChanges: EnvironmentDifference[][];
  /** The missing worker, if the release waits for one; hidden from anonymous viewers. */
  workerAbsence: WorkerAbsence | null;
}

/** The runs of a release as columns, in review order. */
export async function listRuns(
  deps: Deps,
  principal: Principal,
  input: ListRunsInput,
): Promise<ListRunsResult> {
  return deps.store.read(async (tx) => {
    const { build, release } = await findReleaseToRead(tx, principal, input);
    const rows = inReviewOrder(await tx.runs.rows(release.id, input.sinceVersion));
    const counts = await countsByRelease(tx, [release.id]);
    const { runs, changeSets, environmentChanges } = toColumns(rows);
    const all = counts.get(release.id) ?? noCounts();
    const mayWait = isOpen(release.status) && all.waiting > 0 && principal.kind !== 'anonymous';
    const now = deps.clock.now();
    return {
      build,
      release,
      counts: all,
      runs,
      explanations: input.explain === true ? await explain(tx, release.id, rows) : null,
      changeSets,
      environmentChanges,
      workerAbsence: mayWait ? workerAbsence(await tx.tasks.signs(release.id, now), now) : null,
    };
  });
}

async function explain(
  tx: Transaction,
  releaseId: number,
  rows: readonly RunRow[],
): Promise<RunExplanation[]> {
  const origins = new Map((await tx.runs.origins(releaseId)).map((origin) => [origin.id, origin]));
  return rows.map(({ id }) => {
    const { choice, ref, baseline, verdictOrigin } = origins.get(id)!;
    const release = baseline && { name: baseline.releaseName, number: baseline.releaseNumber };
    const reason =
      choice === null
        ? baselineReason({ ref, baselineRunId: baseline?.runId ?? null }, release)
        : baselineSentence(choice);
    return { baseline: { reason, rule: choice?.rule ?? null, run: baseline }, verdictOrigin };
  });
}

/** Differences first, then the rest, each by name; the verdict never moves a run. */
export function inReviewOrder<T extends Pick<RunRow, 'name' | 'status'>>(rows: T[]): T[] {
  const rank = ({ status }: T) => (status === 'diff_found' || status === 'diff_approved' ? 0 : 1);
  return rows.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Each text as its place among the distinct ones. */
function indexed(texts: readonly (string | null)[]): { indexes: (number | null)[]; distinct: string[] } {
  const indexOf = new Map<string, number>();
  const indexes = texts.map((text) => {
    if (text === null) return null;
    const known = indexOf.get(text);
    if (known !== undefined) return known;
    indexOf.set(text, indexOf.size);
    return indexOf.size - 1;
  });
  return { indexes, distinct: [...indexOf.keys()] };
}

function toColumns(rows: RunRow[]): Pick<ListRunsResult, 'runs' | 'changeSets' | 'environmentChanges'> {
  const changeSets = indexed(rows.map(({ changeSet }) => changeSet));
  const environments = indexed(rows.map(({ environmentChange }) => environmentChange));
  return {
    runs: {
      id: rows.map((row) => row.id),
      name: rows.map((row) => row.name),
      status: rows.map((row) => row.status),
      verdict: rows.map((row) => row.verdict),
      verdictBy: rows.map((row) => row.verdictBy),
      verdictAt: rows.map((row) => row.verdictAt),
      version: rows.map((row) => row.version),
      factsVersion: rows.map((row) => row.factsVersion),
      distortion: rows.map((row) => row.distortion),
      changedPixels: rows.map((row) => row.changedPixels),
      forgivenPixels: rows.map((row) => row.forgivenPixels),
      diffRatio: rows.map((row) => row.diffRatio),
      regionCount: rows.map((row) => row.regionCount),
      moveSummary: rows.map((row) => row.moveSummary),
      changeSet: changeSets.indexes,
      changeCount: rows.map((row) => row.changeCount),
      openChanges: rows.map((row) => row.openChanges),
      verdictSource: rows.map((row) => row.verdictSource),
      verdictNote: rows.map((row) => row.verdictNote),
      approvals: rows.map((row) => row.approvals.length),
      approvedBy: rows.map((row) => row.approvals.map(({ by }) => by)),
      width: rows.map((row) => row.width),
      height: rows.map((row) => row.height),
      hasImage: rows.map((row) => row.hasImage),
      hasRef: rows.map((row) => row.hasRef),
      failureReason: rows.map((row) => row.failureReason),
      incompleteCount: rows.map((row) => row.incompleteCount),
      warningCount: rows.map((row) => row.warningCount),
      environmentChange: environments.indexes,
    },
    changeSets: changeSets.distinct,
    environmentChanges: environments.distinct.map((text) => JSON.parse(text) as EnvironmentDifference[]),
  };
}
