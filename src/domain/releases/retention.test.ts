import { describe, expect, it } from 'vitest';
import { expiredReleases, keepEverything } from './retention.ts';
import type { Retention } from './retention.ts';
import type { PlacedRelease } from '../baselines/placed-release.ts';

const dayMs = 86_400_000;
const now = 1_000 * dayMs;

/** Newest first. */
const releases = (
  ...described: [ageDays: number, branch?: string | null, status?: PlacedRelease['status']][]
) =>
  described.map(([ageDays, branch = 'main', status = 'good'], index): PlacedRelease => ({
    id: described.length - index,
    name: 'r',
    number: 1,
    createdAt: now - ageDays * dayMs,
    branch,
    status,
    baseBranch: null,
    commit: null,
    headCommit: null,
    tree: null,
    pullRequest: null,
    repository: null,
    headRepository: null,
    isSuperseded: false,
    isSubset: false,
    isSkipped: false,
    history: 'read',
  }));

const expired = (retention: Partial<Retention>, list: PlacedRelease[]) =>
  expiredReleases(list, { ...keepEverything, ...retention }, { mainBranches: ['main'] }, now).map(
    ({ id }) => id,
  );

describe('what a build no longer keeps', () => {
  const list = releases([0], [1], [10], [20], [30]);

  it.each<[string, Partial<Retention>, number[]]>([
    ['nothing without a rule', {}, []],
    ['all but the newest', { keepReleases: 2 }, [1, 2, 3]],
    ['what is older than some days', { keepDays: 15 }, [1, 2]],
    ['a release of exactly that age is kept', { keepDays: 20 }, [1]],
    ['neither of the newest nor young', { keepReleases: 4, keepDays: 15 }, [1]],
    ['nor young nor of the newest', { keepReleases: 1, keepDays: 25 }, [1]],
    ['a main branch never counts as closed', { branchDays: 1 }, []],
  ])('%s', (_, retention, ids) => {
    expect(expired(retention, list)).toEqual(ids);
  });

  it('releases of a branch go together, once it has been quiet for long enough', () => {
    const branches = releases([1, 'busy'], [5, 'quiet'], [8, null], [9, 'quiet'], [9, 'busy']);
    expect(expired({ branchDays: 4 }, branches)).toEqual([2, 4]);
    expect(expired({ branchDays: 6 }, branches)).toEqual([]);
    expect(expired({ branchDays: 4, keepReleases: 5 }, branches), 'however new').toEqual([2, 4]);
  });

  it.each(['receiving', 'processing', 'reviewing'] as const)('never a release that is %s', (status) => {
    expect(expired({ keepReleases: 1, branchDays: 1 }, releases([0], [50, 'old', status], [60]))).toEqual([
      1,
    ]);
  });
});
