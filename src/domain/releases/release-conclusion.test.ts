import { describe, expect, it } from 'vitest';
import type { StatusCounts } from './status-counts.ts';
import { releaseConclusion } from './release-conclusion.ts';
import type { ReleaseState } from './release-conclusion.ts';

type Fields = Partial<Omit<ReleaseState, 'counts'>> & { counts?: Partial<StatusCounts> };

function conclude({ counts, ...fields }: Fields) {
  const none = {
    waiting: 0,
    undecided: 0,
    approved: 0,
    rejected: 0,
    forgiven: 0,
    new: 0,
    failed: 0,
    accepted: 0,
    carried: 0,
    partlyApproved: 0,
    missing: 0,
    renamed: 0,
  };
  const all = { total: 40, same: 40, ...none, ...counts };
  const { conclusion, text } = releaseConclusion({
    status: 'reviewing',
    counts: all,
    isDecidedByPerson: false,
    decider: null,
    decisionNote: null,
    skipReason: null,
    fault: null,
    followsGit: true,
    isOnMain: false,
    settings: { firstRun: 'accept', newImages: 'review', removedImages: 'review' },
    ...fields,
  });
  return [conclusion, text];
}

const person = { isDecidedByPerson: true } as const;
const settings = (changed: Partial<ReleaseState['settings']>) => ({
  settings: { firstRun: 'accept', newImages: 'review', removedImages: 'review', ...changed } as const,
});

describe('the conclusion of a release', () => {
  it.each<[string, Fields, string, string]>([
    [
      'receives runs',
      { status: 'receiving', counts: { waiting: 28 } },
      'pending',
      'waiting: 12 of 40 compared',
    ],
    [
      'waits for comparisons',
      { status: 'processing', counts: { waiting: 1 } },
      'pending',
      'waiting: 39 of 40 compared',
    ],
    ['has no run yet', { status: 'receiving', counts: { total: 0 } }, 'pending', 'waiting: 0 of 0 compared'],
    [
      'a shard is missing',
      { status: 'receiving', fault: 'shard 3 of 5 never reported' },
      'error',
      'shard 3 of 5 never reported',
    ],
    [
      'a shard was missing, and a person decided',
      { status: 'good', fault: 'shard 3 of 5 never reported' },
      'success',
      '40 pages, nothing differs',
    ],
    [
      'rejected runs do not end the waiting',
      { status: 'processing', counts: { waiting: 2, rejected: 1 } },
      'pending',
      'waiting: 38 of 40 compared',
    ],
    ['differs', { counts: { undecided: 3, new: 1 } }, 'failure', '3 of 40 differ, 1 new, waiting for review'],
    ['one differs', { counts: { undecided: 1 } }, 'failure', '1 of 40 differs, waiting for review'],
    ['a page is new', { counts: { new: 1 } }, 'failure', '1 new, waiting for review'],
    ['a page is missing', { counts: { missing: 2 } }, 'failure', '2 missing, waiting for review'],
    [
      'a page is renamed',
      { counts: { new: 2, missing: 1, renamed: 1 } },
      'failure',
      '1 new, 1 renamed, waiting for review',
    ],
    ['all is approved', { counts: { approved: 3 } }, 'success', 'all 3 differences approved'],
    ['the one difference is approved', { counts: { approved: 1 } }, 'success', 'the difference is approved'],
    ['one is rejected', { counts: { rejected: 1, undecided: 4 } }, 'failure', '1 of 40 rejected'],
    [
      'bad',
      { status: 'bad', ...person, decider: 'Ann', decisionNote: 'header too low' },
      'failure',
      'rejected by Ann: header too low',
    ],
    ['bad, people are not named', { status: 'bad', ...person }, 'failure', 'rejected by a reviewer'],
    [
      'superseded',
      { status: 'bad', ...person, decisionNote: 'superseded by #4' },
      'error',
      'superseded by #4',
    ],
    ['pages failed', { counts: { failed: 2 } }, 'error', '2 of 40 could not be captured'],
    [
      'pages failed and others differ',
      { counts: { failed: 2, undecided: 1 } },
      'error',
      '2 of 40 could not be captured',
    ],
    [
      'pages failed and others are rejected',
      { counts: { failed: 2, rejected: 1 } },
      'failure',
      '1 of 40 rejected',
    ],
    [
      'pages failed, marked good',
      { status: 'good', ...person, counts: { failed: 2 } },
      'success',
      'approved by a reviewer',
    ],
    ['no runs', { counts: { total: 0, same: 0 } }, 'error', 'nothing was compared'],
    [
      'nothing compared, without history',
      { followsGit: false, counts: { same: 0, new: 40 } },
      'error',
      'nothing was compared: all 40 are new',
    ],
    ['all is new on a branch', { counts: { same: 0, new: 40 } }, 'failure', '40 new, waiting for review'],
    ['clean', {}, 'success', '40 pages, nothing differs'],
    ['one clean page', { counts: { total: 1, same: 1 } }, 'success', '1 page, nothing differs'],
    ['good by itself', { status: 'good' }, 'success', '40 pages, nothing differs'],
    [
      'good by itself, first run',
      { status: 'good', counts: { same: 0, new: 40 } },
      'success',
      '40 pages, nothing differs, 40 new',
    ],
    [
      'good by itself after approvals',
      { status: 'good', counts: { approved: 2, new: 1 } },
      'success',
      'all 2 differences approved, 1 new',
    ],
    ['good', { status: 'good', ...person, decider: 'Ann' }, 'success', 'approved by Ann'],
    [
      'good except rejected',
      { status: 'good', ...person, decisionNote: 'Good except 1 rejected run', counts: { rejected: 1 } },
      'success',
      'approved by a reviewer: Good except 1 rejected run',
    ],
    [
      'skipped',
      { status: 'good', skipReason: 'no UI change', counts: { total: 0 } },
      'skipped',
      'skipped: no UI change',
    ],
    [
      'new on main, first runs are accepted',
      { isOnMain: true, counts: { new: 1 } },
      'success',
      '40 pages, nothing differs, 1 new',
    ],
    [
      'new on main, first runs are reviewed',
      { isOnMain: true, ...settings({ firstRun: 'review' }), counts: { new: 1 } },
      'failure',
      '1 new, waiting for review',
    ],
    [
      'new images pass',
      { ...settings({ newImages: 'pass' }), counts: { new: 1 } },
      'success',
      '40 pages, nothing differs, 1 new',
    ],
    [
      'removed images pass',
      { ...settings({ removedImages: 'pass' }), counts: { missing: 1 } },
      'success',
      '40 pages, nothing differs',
    ],
    [
      'new and missing without history',
      { followsGit: false, counts: { new: 1, missing: 1 } },
      'success',
      '40 pages, nothing differs, 1 new',
    ],
  ])('%s', (_, fields, conclusion, text) => {
    expect(conclude(fields)).toEqual([conclusion, text]);
  });

  it('has a text of at most 140 characters', () => {
    const [, text] = conclude({ status: 'bad', decisionNote: '😀 header '.repeat(40) });
    expect([...text!]).toHaveLength(140);
    expect(text).toMatch(/^rejected by a reviewer: 😀 header .*…$/u);
  });
});
