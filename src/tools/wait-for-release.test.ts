import { describe, expect, it } from 'vitest';
import type { DepictedClient } from '../client/index.ts';
import type { ReleaseStatus } from '../domain/releases/release.ts';
import type { StatusCounts } from '../domain/releases/status-counts.ts';
import type { WorkerAbsence } from '../domain/tasks/worker-absence.ts';
import type { ToolEvent } from './events.ts';
import { waitForRelease } from './wait-for-release.ts';

const noCounts = { total: 1, waiting: 1, undecided: 0, approved: 0, rejected: 0, same: 0, new: 0, failed: 0 };
const noRuns = { name: [] };

/** The messages while a server gives these answers in turn, and then reports the release as ready. */
async function warningsFor(answers: readonly (WorkerAbsence | null | undefined)[]): Promise<string[]> {
  const left = [...answers];
  const client = {
    listMissing: async () => ({ missing: [] }),
    listChanges: async () => ({ changes: [] }),
    listRuns: async () => ({
      release: { status: left.length > 0 ? 'processing' : 'reviewing', version: 1 },
      counts: noCounts,
      runs: noRuns,
      ...(left.length > 0 && { workerAbsence: left.shift() }),
    }),
  } as unknown as DepictedClient;
  const events: ToolEvent[] = [];
  let now = 0;
  await waitForRelease({
    client,
    release: { buildId: 1, releaseName: 'r', releaseNumber: 1 },
    resultsUrl: 'http://dpxdt.test/release',
    clock: { now: () => now, monotonicMs: () => now, sleep: async (ms) => void (now += ms) },
    goal: 'compared',
    timeoutMs: 3_600_000,
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  return events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
}

it('says once that no worker asks, and again only when that changes', async () => {
  const never = { kind: 'work', since: null } as const;
  const since = { kind: 'work', since: Date.UTC(2026, 2, 1, 14, 5, 9) } as const;
  expect(await warningsFor([null, never, never, never])).toEqual(['No worker has asked for work yet.']);
  expect(await warningsFor([never, null, never, since, since])).toEqual([
    'No worker has asked for work yet.',
    'No worker has asked for work since 2026-03-01 14:05:09 UTC.',
  ]);
  expect(await warningsFor([null, undefined])).toEqual([]);
});

describe('for a decision', () => {
  type Look = [ReleaseStatus, Partial<StatusCounts>];

  /** Waits while a server gives these answers in turn, repeating the last one. */
  async function waitThrough(looks: readonly Look[], timeoutMs = 60_000) {
    let at = 0;
    const client = {
      listMissing: async () => ({ missing: [] }),
      listChanges: async () => ({ changes: [] }),
      listRuns: async () => {
        const [status, counts] = looks[Math.min(at++, looks.length - 1)]!;
        return {
          release: { status, version: Math.min(at, looks.length), decidedBy: null, decisionNote: null },
          counts: { ...noCounts, waiting: 0, ...counts },
          runs: noRuns,
        };
      },
    } as unknown as DepictedClient;
    let now = 0;
    const sleeps: number[] = [];
    const waited = await waitForRelease({
      client,
      release: { buildId: 1, releaseName: 'r', releaseNumber: 1 },
      resultsUrl: 'http://dpxdt.test/release',
      goal: 'decision',
      clock: {
        now: () => now,
        monotonicMs: () => now,
        sleep: async (ms) => {
          sleeps.push(ms);
          now += ms;
        },
      },
      timeoutMs,
      onEvent: () => undefined,
      signal: new AbortController().signal,
    });
    return { status: waited.result?.status ?? null, timedOut: waited.timedOut, looks: at, sleeps };
  }

  const undecided: Look = ['reviewing', { undecided: 1 }];

  it.each<[string, Look[], ReleaseStatus]>([
    [
      'good after review',
      [['processing', { waiting: 1 }], undecided, undecided, ['good', { undecided: 1 }]],
      'good',
    ],
    [
      'good with failed runs',
      [
        ['reviewing', { failed: 1 }],
        ['good', { failed: 1 }],
      ],
      'good',
    ],
    ['bad', [undecided, ['bad', { undecided: 1 }]], 'bad'],
    [
      'superseded while it is sent',
      [
        ['receiving', { waiting: 1 }],
        ['bad', { failed: 1 }],
      ],
      'bad',
    ],
    [
      'captured again in between',
      [undecided, ['processing', { waiting: 1 }], undecided, ['good', {}]],
      'good',
    ],
    [
      'everything approved, and then marked',
      [
        ['reviewing', { approved: 1 }],
        ['good', { approved: 1 }],
      ],
      'good',
    ],
    [
      'new, and then marked',
      [
        ['reviewing', { new: 1 }],
        ['good', { new: 1 }],
      ],
      'good',
    ],
    [
      'rejected, and then marked',
      [
        ['reviewing', { rejected: 1 }],
        ['bad', { rejected: 1 }],
      ],
      'bad',
    ],
    [
      'the same, with a page that is missing, and then marked',
      [
        ['reviewing', { same: 1, missing: 1 }],
        ['good', { same: 1, missing: 1 }],
      ],
      'good',
    ],
    [
      'nothing to decide',
      [
        ['processing', { waiting: 1 }],
        ['reviewing', { same: 1 }],
      ],
      'reviewing',
    ],
  ])('%s', async (_name, looks, status) => {
    const waited = await waitThrough(looks);
    expect(waited).toMatchObject({ status, timedOut: false });
    // One more request reads the whole result.
    expect(waited.looks).toBe(looks.length + 1);
  });

  it('gives up in time, with what is known where everything was compared', async () => {
    expect(await waitThrough([undecided])).toMatchObject({ status: 'reviewing', timedOut: true });
    expect(await waitThrough([['processing', { waiting: 1 }]])).toMatchObject({
      status: null,
      timedOut: true,
    });
    const { sleeps } = await waitThrough([undecided]);
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
    expect(Math.max(...sleeps)).toBe(5_000);
  });
});
