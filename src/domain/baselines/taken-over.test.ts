import { describe, expect, it } from 'vitest';
import { hash, historyOf, placed } from '../../../test/support/baselines/placed.ts';
import type { PlacedRelease } from './placed-release.ts';
import { defaultBaselineSettings } from './settings.ts';
import { missingVerdictsToTakeOver, verdictToTakeOver } from './taken-over.ts';
import type { Asking, EqualScreenshot, JudgedMissing } from './taken-over.ts';

const day = 86_400_000;
const now = 1_000 * day;
const asking: Asking = {
  release: placed(100, { branch: 'feature', commit: hash('f'), tree: hash('ff'), pullRequest: '7' }),
  history: historyOf('a:aa', 'b:bb'),
  own: [hash('e'), hash('d')],
};
const elsewhere = placed(1, { branch: 'other', commit: hash('c') });

function judged(release: PlacedRelease, verdict: 'approved' | 'rejected', ageDays = 1): EqualScreenshot {
  return {
    runId: release.id * 10,
    release,
    verdict,
    verdictBy: 'user:ann',
    verdictAt: now - ageDays * day,
    isTakenOver: false,
    isAccepted: verdict === 'approved',
  };
}

function take(screenshots: EqualScreenshot[], from: Asking = asking, settings = {}) {
  const taken = verdictToTakeOver(from, screenshots, { ...defaultBaselineSettings, ...settings }, now);
  return taken === null ? null : [taken.verdict, taken.reason, taken.from.release.id];
}

describe('the verdict on equal pixels', () => {
  it.each<[string, Partial<PlacedRelease>, boolean]>([
    ['the same branch', { branch: 'feature', commit: null }, true],
    ['the same pull request', { branch: 'renamed', pullRequest: '7' }, true],
    ["a fork's branch of that name", { branch: 'feature', headRepository: 'git.example/fork' }, false],
    [
      "another repository's branch of that name",
      { branch: 'feature', repository: 'git.example/other' },
      false,
    ],
    ['another branch', {}, false],
    ['no branch', { branch: null }, false],
    ['a commit of the history', { commit: hash('b') }, true],
    ['a head of the history', { headCommit: hash('b') }, true],
    ['a tree of the history', { tree: hash('bb') }, true],
    ["a commit of the branch's own", { commit: hash('d') }, true],
    ['the same tree', { tree: hash('ff') }, true],
    ['main, not on the history', { branch: 'main' }, false],
  ])('of %s', (_, place, isTaken) => {
    const screenshot = judged({ ...elsewhere, ...place }, 'approved');
    expect(take([screenshot])).toEqual(isTaken ? ['approved', 'judged', 1] : null);
  });

  it('main takes over what any release of the repository was judged as', () => {
    const main = { ...asking, release: placed(100), history: [], own: [] };
    expect(take([judged(elsewhere, 'approved')], main)).toEqual(['approved', 'judged', 1]);
    const foreign = { ...elsewhere, repository: 'git.example/other' };
    expect(take([judged(foreign, 'approved')], main)).toBeNull();
  });

  it('the newest judgement wins, rejections too', () => {
    const older = judged(placed(1, { branch: 'feature' }), 'approved', 3);
    const newer = judged(placed(2, { branch: 'feature' }), 'rejected', 2);
    expect(take([older, newer])).toEqual(['rejected', 'judged', 2]);
    expect(take([{ ...older, verdictAt: now }, newer])).toEqual(['approved', 'judged', 1]);
  });

  it.each([
    ['of a bad release', placed(1, { branch: 'feature', status: 'bad' }), 1, {}],
    ['of the release itself', placed(100, { branch: 'feature' }), 1, {}],
    ['that is too old', placed(1, { branch: 'feature' }), 91, {}],
    ['where that is off', placed(1, { branch: 'feature' }), 1, { carryOver: 'off' }],
    ['where everything is asked again', placed(1, { branch: 'feature' }), 1, { freshReview: true }],
  ])('is not taken over %s', (_, release, ageDays, settings) => {
    expect(take([judged(release, 'approved', ageDays)], asking, settings)).toBeNull();
  });

  it('a verdict that was taken over itself is no source: the first one is', () => {
    const taken = { ...judged(placed(2, { branch: 'feature' }), 'rejected'), isTakenOver: true };
    expect(take([taken])).toBeNull();
    expect(take([taken, judged(placed(1, { branch: 'feature' }), 'approved', 9)])).toEqual([
      'approved',
      'judged',
      1,
    ]);
  });

  it('an image accepted on the history needs no verdict', () => {
    const unjudged: EqualScreenshot = {
      ...judged(placed(1, { commit: hash('b') }), 'approved'),
      verdict: 'none',
      verdictAt: null,
    };
    expect(take([unjudged])).toEqual(['approved', 'accepted', 1]);
    expect(take([{ ...unjudged, isAccepted: false }])).toBeNull();
    const onBranch = { ...unjudged, release: placed(1, { branch: 'feature', commit: hash('d') }) };
    expect(take([onBranch])).toBeNull();
  });
});

describe('the verdict on a missing page', () => {
  const shown = new Map([
    ['/a', 5],
    ['/b', 5],
  ]);
  const said = (
    release: PlacedRelease,
    verdict: JudgedMissing['verdict'] = 'confirmed',
    ageDays = 1,
    name = '/a',
  ): JudgedMissing => ({ release, name, verdict, verdictBy: 'user:ann', verdictAt: now - ageDays * day });
  const earlier = (id: number, fields: Partial<PlacedRelease> = {}) =>
    placed(id, { branch: 'feature', pullRequest: '7', ...fields });
  const take = (pages: JudgedMissing[], settings = {}, from = asking) =>
    [...missingVerdictsToTakeOver(from, pages, shown, { ...defaultBaselineSettings, ...settings }, now)].map(
      ([name, { verdict, release }]) => [name, verdict, release.id],
    );

  it('is the newest one of the same branch, for each page', () => {
    expect(take([said(earlier(6), 'confirmed', 3), said(earlier(7), 'rejected', 2)])).toEqual([
      ['/a', 'rejected', 7],
    ]);
    expect(take([said(earlier(6)), said(earlier(6), 'confirmed', 1, '/b')])).toHaveLength(2);
  });

  it.each<[string, JudgedMissing[], object]>([
    ['of another branch', [said(placed(6, { branch: 'other' }))], {}],
    ['of a bad release', [said(earlier(6, { status: 'bad' }))], {}],
    ['from before the page was last shown', [said(earlier(5))], {}],
    ['that is too old', [said(earlier(6), 'confirmed', 91)], {}],
    ['of a page that is not missing here', [said(earlier(6), 'confirmed', 1, '/c')], {}],
    ['where none is taken over', [said(earlier(6))], { carryOver: 'off' }],
    ['where all is asked again', [said(earlier(6))], { freshReview: true }],
    ['of the release itself', [said(earlier(100))], {}],
  ])('is not one %s', (_, pages, settings) => {
    expect(take(pages, settings)).toEqual([]);
  });

  it('on main is one of any branch of the repository', () => {
    const main = { ...asking, release: placed(100) };
    expect(take([said(placed(6, { branch: 'other' }))], {}, main)).toEqual([['/a', 'confirmed', 6]]);
  });
});
