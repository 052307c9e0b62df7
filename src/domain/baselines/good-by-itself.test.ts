import { describe, expect, it } from 'vitest';
import { placed } from '../../../test/support/baselines/placed.ts';
import { whyNotGood } from './good-by-itself.ts';
import type { ReleaseToJudge, SettledRun } from './good-by-itself.ts';
import { defaultBaselineSettings } from './settings.ts';

const same: SettledRun = { status: 'diff_not_found', verdict: 'none', isBaselineAccepted: true };
const fresh: SettledRun = { status: 'no_diff_needed', verdict: 'none', isBaselineAccepted: false };
const approved: SettledRun = { status: 'diff_approved', verdict: 'approved', isBaselineAccepted: false };
const branch = placed(1, { branch: 'feature' });

function look(runs: SettledRun[], fields: Partial<ReleaseToJudge> = {}, settings = {}) {
  return whyNotGood({
    release: placed(1),
    settings: { ...defaultBaselineSettings, ...settings },
    runs,
    missing: [],
    ...fields,
  });
}

describe('a release becomes good by itself', () => {
  it.each<[string, SettledRun[], Partial<ReleaseToJudge>, object, string | null]>([
    ['all the same as accepted images', [same, same], {}, {}, null],
    ['all approved', [approved], {}, {}, null],
    ['new on main', [fresh], {}, {}, null],
    ['new on main, first runs for review', [fresh], {}, { firstRun: 'review' }, 'undecided'],
    ['new on a branch', [fresh], { release: branch }, {}, 'undecided'],
    ['new on a branch, approved', [{ ...fresh, verdict: 'approved' }], { release: branch }, {}, null],
    ['new on a branch, where that passes', [fresh], { release: branch }, { newImages: 'pass' }, null],
    ['nothing in it', [], {}, {}, 'nothing_compared'],
    ['one differs', [same, { ...same, status: 'diff_found' }], {}, {}, 'undecided'],
    ['one rejected', [{ ...same, status: 'diff_found', verdict: 'rejected' }], {}, {}, 'rejected'],
    ['one failed', [same, { ...same, status: 'failed' }], {}, {}, 'failed'],
    ['one waits', [{ ...same, status: 'needs_diff' }], {}, {}, 'not_settled'],
    [
      'the same as an image that was not reviewed',
      [{ ...same, isBaselineAccepted: false }],
      {},
      {},
      'unreviewed_baseline',
    ],
    ['a page missing', [same], { missing: ['undecided'] }, {}, 'missing'],
    [
      'a page missing, where that passes',
      [same],
      { missing: ['undecided'] },
      { removedImages: 'pass' },
      null,
    ],
    ['a removal rejected', [same], { missing: ['rejected'] }, { removedImages: 'pass' }, 'missing'],
    ['a removal confirmed', [same], { missing: ['confirmed'] }, {}, null],
    ['without history', [same], { release: placed(1, { history: 'none' }) }, {}, 'no_history'],
    [
      'from a client that sends none',
      [same],
      { release: placed(1, { history: 'absent' }) },
      {},
      'no_history',
    ],
    ['still processing', [same], { release: placed(1, { status: 'processing' }) }, {}, 'not_settled'],
  ])('%s', (_, runs, fields, settings, why) => {
    expect(look(runs, fields, settings)).toBe(why);
  });
});
