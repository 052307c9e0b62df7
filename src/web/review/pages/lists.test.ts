import { describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../api/shapes.ts';
import { activityDetail, activityVerb, groupByDay, threadOf } from './activity/activity-words.ts';
import { groupByName, type ReleaseSummary } from './builds/build-list.ts';

const summary = (name: string, number: number) => ({ release: { name, number } }) as ReleaseSummary;

const entry = (given: Partial<ActivityEntry>) =>
  ({ detail: {}, kind: 'run_approved', ...given }) as ActivityEntry;

describe('releases by name', () => {
  it('stand in the order of their newest attempts', () => {
    const groups = groupByName([summary('b', 3), summary('a', 1), summary('b', 2), summary('__proto__', 1)]);
    expect(groups.map(({ name, attempts }) => [name, attempts.map(({ release }) => release.number)])).toEqual(
      [
        ['b', [3, 2]],
        ['a', [1]],
        ['__proto__', [1]],
      ],
    );
  });
});

describe('activity', () => {
  it('leads to the thread of a comment, from an answer, too', () => {
    expect(threadOf({ kind: 'comment_added', detail: { comment: 4 } })).toBe('4');
    expect(threadOf({ kind: 'comment_edited', detail: { comment: 5, reply_to: 4 } })).toBe('4');
    expect(threadOf({ kind: 'run_approved', detail: { comment: 4 } })).toBeUndefined();
    expect(threadOf({ kind: 'comment_added', detail: { comment: 'x' } })).toBeUndefined();
  });

  it('is grouped by the days of the viewer', () => {
    const now = new Date(2026, 5, 16, 9).getTime();
    const at = (day: number, hour: number) => entry({ at: new Date(2026, 5, day, hour).getTime() });
    const days = groupByDay([at(16, 8), at(16, 0), at(15, 23), at(1, 12)], now);
    expect(days.map(({ day, entries }) => [day, entries.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      [expect.stringMatching(/^Monday,? 1 June 2026$/), 1],
    ]);
  });

  it('writes kinds that it does not know in words, and shows only text', () => {
    expect(activityVerb('run_approved')).toBe('approved');
    expect(activityVerb('something_new')).toBe('something new');
    expect(activityDetail(entry({ detail: { note: 'looks right' } }))).toBe('looks right');
    expect(activityDetail(entry({ detail: { note: { html: 'x' } } }))).toBe('');
    expect(activityDetail(entry({ kind: 'build_changed', detail: { isPublic: {}, name: {} } }))).toBe(
      'visibility, name',
    );
    expect(activityDetail(entry({ kind: 'removal_confirmed', detail: { name: '/offer' } }))).toBe('/offer');
    expect(activityDetail(entry({ kind: 'runs_requested_again', detail: { count: 4 } }))).toBe('4 runs');
  });
});
