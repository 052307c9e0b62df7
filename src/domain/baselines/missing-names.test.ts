import { describe, expect, it } from 'vitest';
import { placed } from '../../../test/support/baselines/placed.ts';
import type { PlacedRelease } from './placed-release.ts';
import { expectedFrom, expectedWithoutHistory, missingNames } from './missing-names.ts';
import type { ReleaseNames } from './missing-names.ts';
import { defaultBaselineSettings } from './settings.ts';

const walk = (...releases: PlacedRelease[]) => releases.map((release) => ({ release }));
const ids = (...releases: PlacedRelease[]) =>
  expectedFrom(walk(...releases), defaultBaselineSettings).map(({ id }) => id);
const names = (releaseId: number, present: string[], fields: Partial<ReleaseNames> = {}): ReleaseNames => ({
  releaseId,
  present,
  missing: [],
  removed: [],
  ...fields,
});

describe('where the pages of a release should come from', () => {
  it('the nearest complete release and the subsets after it', () => {
    const subset = placed(3, { isSubset: true });
    expect(ids(subset, placed(2), placed(1), placed(0, { isSubset: true }))).toEqual([3, 2]);
    expect(ids(subset)).toEqual([]);
  });

  it('goes past bad ones, unfinished ones and unreviewed branches', () => {
    const bad = placed(5, { status: 'bad' });
    const receiving = placed(4, { status: 'receiving' });
    const branch = placed(3, { branch: 'x' });
    expect(ids(bad, receiving, branch, placed(1))).toEqual([1]);
    expect(ids(placed(3, { branch: 'x', status: 'good' }), placed(1))).toEqual([3]);
  });
});

describe('missing names', () => {
  it('are those of the expected releases that the release does not have', () => {
    expect(missingNames([names(2, ['/c']), names(1, ['/b', '/a'])], ['/a', '/new'])).toEqual(['/b', '/c']);
  });

  it('stay missing until a person has confirmed that they were removed', () => {
    expect(missingNames([names(1, ['/a'], { missing: ['/b'] })], ['/a'])).toEqual(['/b']);
    expect(missingNames([names(1, ['/a'], { removed: ['/b'] })], ['/a'])).toEqual([]);
  });

  it('a removal in a later subset counts, and so does a later return', () => {
    expect(missingNames([names(2, [], { removed: ['/b'] }), names(1, ['/b'])], [])).toEqual([]);
    expect(missingNames([names(2, ['/b']), names(1, [], { removed: ['/b'] })], [])).toEqual(['/b']);
  });
});

describe('where the pages come from without a history', () => {
  const good = (id: number, fields: Partial<PlacedRelease> = {}) => placed(id, { status: 'good', ...fields });
  const newest = [
    placed(9),
    good(8, { isSubset: true }),
    good(7, { isSkipped: true }),
    good(6, { branch: 'feature' }),
    good(5, { branch: null }),
    good(4),
  ];

  it('the newest good release that is complete; of main or of no branch where the client knows of histories', () => {
    expect(expectedWithoutHistory(newest, null)).toMatchObject({ id: 6 });
    expect(expectedWithoutHistory(newest, defaultBaselineSettings)).toMatchObject({ id: 5 });
    expect(expectedWithoutHistory(newest.slice(0, 4), defaultBaselineSettings)).toMatchObject({ id: 6 });
    expect(expectedWithoutHistory(newest.slice(0, 3), null)).toBeNull();
  });
});
