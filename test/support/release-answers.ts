import type { Release, RunColumns } from '../../src/web/review/api/shapes.ts';
import type { ReleaseAnswer } from '../../src/web/review/runs/release-store.ts';
import type { RunRow } from '../../src/web/review/runs/run-row.ts';

/** Answers of `listRuns` as the server would give them, for tests of what the pages show. */

export type RunSample = Partial<Omit<RunRow, 'nameLower' | 'changeSet'>> & {
  id: number;
  changeSet?: number;
};

export function aRelease(over: Partial<Release> = {}): Release {
  return {
    id: 1,
    buildId: 1,
    name: 'r01',
    number: 1,
    url: null,
    status: 'reviewing',
    version: 10,
    statusVersion: 1,
    createdAt: 0,
    statusAt: 0,
    decidedBy: null,
    decisionNote: null,
    shards: null,
    followsGit: false,
    historyNote: null,
    isOnMain: false,
    ...over,
  } as Release;
}

export function anAnswer(runs: readonly RunSample[], over: Partial<Release> = {}): ReleaseAnswer {
  const rows = runs.map((run) => ({
    name: `/page-${String(run.id).padStart(5, '0')}`,
    status: 'diff_found' as const,
    verdict: 'none' as const,
    verdictBy: null,
    verdictAt: null,
    version: 5,
    factsVersion: 5,
    distortion: 0.01,
    changedPixels: 100,
    forgivenPixels: null,
    diffRatio: 0.01,
    regionCount: 1,
    moveSummary: null,
    changeSet: null,
    changeCount: 0,
    openChanges: 0,
    verdictSource: null,
    verdictNote: null,
    approvals: 0,
    approvedBy: [],
    width: 1280,
    height: 1024,
    hasImage: true,
    hasRef: true,
    failureReason: null,
    incompleteCount: 0,
    warningCount: 0,
    environmentChange: null,
    ...run,
  }));
  const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
  const columns = Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, column(name as 'id')]));
  const empty = { id: [], name: [], changeSet: [] };
  return {
    release: aRelease(over),
    runs: { ...empty, ...columns } as unknown as RunColumns,
    changeSets: ['aaa', 'bbb', 'ccc'],
    environmentChanges: [],
  };
}
