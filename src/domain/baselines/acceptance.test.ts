import { describe, expect, it } from 'vitest';
import { isAccepted, vetoOf } from './acceptance.ts';
import type { JudgedScreenshot } from './acceptance.ts';

const same: JudgedScreenshot = {
  hasImage: true,
  status: 'diff_not_found',
  verdict: 'none',
  releaseStatus: 'reviewing',
  isOnGitMain: true,
};
const differing: JudgedScreenshot = { ...same, status: 'diff_found' };
const approved: JudgedScreenshot = { ...same, status: 'diff_approved', verdict: 'approved' };
const rejected: JudgedScreenshot = { ...same, status: 'diff_found', verdict: 'rejected' };
const fresh: JudgedScreenshot = { ...same, status: 'no_diff_needed' };
const good = (screenshot: JudgedScreenshot): JudgedScreenshot => ({ ...screenshot, releaseStatus: 'good' });
const bad = (screenshot: JudgedScreenshot): JudgedScreenshot => ({ ...screenshot, releaseStatus: 'bad' });
const elsewhere = (screenshot: JudgedScreenshot): JudgedScreenshot => ({ ...screenshot, isOnGitMain: false });

const accept = { firstRun: 'accept' } as const;

describe('an accepted image', () => {
  it.each<[string, JudgedScreenshot[], boolean]>([
    ['approved', [approved], true],
    ['differs, of a good release', [good(differing)], true],
    ['differs', [differing], false],
    ['differs from an accepted one', [differing, approved], false],
    ['same as an approved one', [same, approved], true],
    ['same as the same as one of a good release', [same, same, good(differing)], true],
    ['same as an unreviewed one', [same, differing], false],
    ['same as an unreviewed one that differs from an approved one', [same, differing, approved], false],
    ['same as a rejected one', [same, rejected], false],
    ['same as one of a bad release', [same, bad(approved)], false],
    ['approved, of a bad release', [bad(approved)], false],
    ['rejected, of a good release', [good(rejected)], false],
    ['failed, of a good release', [good({ ...same, status: 'failed' })], false],
    ['without an image, of a good release', [good({ ...same, hasImage: false })], false],
    ['new on main', [fresh], true],
    ['same as new on main', [same, fresh], true],
    ['new elsewhere', [elsewhere(fresh)], false],
    ['same as something unknown', [same], false],
    ['still being compared', [{ ...same, status: 'needs_diff' }, approved], false],
  ])('%s', (_, chain, accepted) => {
    expect(isAccepted(chain, accept)).toBe(accepted);
  });

  it('new on main is not where first runs are for review', () => {
    expect(isAccepted([fresh], { firstRun: 'review' })).toBe(false);
    expect(isAccepted([{ ...fresh, verdict: 'approved' }], { firstRun: 'review' })).toBe(true);
  });

  it('says what forbids it', () => {
    expect(vetoOf(bad(rejected))).toBe('release_bad');
    expect(vetoOf(rejected)).toBe('rejected');
    expect(vetoOf({ ...same, status: 'failed' })).toBe('failed');
    expect(vetoOf({ ...same, hasImage: false })).toBe('not_captured');
    expect(vetoOf(differing)).toBeNull();
  });
});
