import { describe, expect, it } from 'vitest';
import { releaseStep } from './release-lifecycle.ts';
import type { ReleaseEvent } from './release-lifecycle.ts';
import { releaseStatuses } from './release.ts';
import type { ReleaseStatus } from './release.ts';

const events: ReleaseEvent[] = [
  'runs_done',
  'run_settled',
  'run_requested',
  'mark_good',
  'mark_bad',
  'reopen',
  'superseded',
];

/** One row per state, one column per event, in the order of `events`; `-` is refused. */
const table: Record<ReleaseStatus, string> = {
  receiving: 'processing receiving receiving good bad - bad',
  processing: 'processing reviewing processing good bad - bad',
  reviewing: 'reviewing reviewing processing good bad - -',
  good: '- - - good - reviewing -',
  bad: '- - - - bad reviewing -',
};

function step(status: ReleaseStatus, event: ReleaseEvent) {
  try {
    return releaseStep({ name: 'r', number: 3, status }, event);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_transition', details: { status, event } });
    return null;
  }
}

describe('release lifecycle', () => {
  it.each(releaseStatuses)('from %s, every event', (status) => {
    expect(events.map((event) => step(status, event)?.to ?? '-').join(' ')).toBe(table[status]);
  });

  it('cancels tasks exactly when it decides, and announces exactly when processing ends', () => {
    for (const status of releaseStatuses) {
      for (const event of events) {
        const found = step(status, event);
        if (found === null) continue;
        const decides = found.to !== status && (found.to === 'good' || found.to === 'bad');
        expect(found.effects.includes('cancel_tasks'), `${status} ${event}`).toBe(decides);
        const announces = status === 'processing' && event === 'run_settled';
        expect(found.effects.includes('announce_ready'), `${status} ${event}`).toBe(announces);
      }
    }
  });

  it('says what to do', () => {
    expect(() => releaseStep({ name: 'r', number: 3, status: 'good' }, 'runs_done')).toThrow(
      'Release "r" number 3 is good: no more runs can be reported for it. Reopen its review first, or create a new release.',
    );
  });
});
