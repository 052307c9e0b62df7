import { expect, it } from 'vitest';
import type { DepictedClient } from '../client/index.ts';
import type { WorkerAbsence } from '../domain/tasks/worker-absence.ts';
import type { ToolEvent } from './events.ts';
import { waitForRelease } from './wait-for-release.ts';

const noCounts = { total: 1, waiting: 1, undecided: 0, approved: 0, rejected: 0, same: 0, new: 0, failed: 0 };
const noRuns = { name: [] };

/** What is said while a server answers so, one answer after the other, then that the release is ready. */
async function warningsFor(answers: readonly (WorkerAbsence | null | undefined)[]): Promise<string[]> {
  const left = [...answers];
  const client = {
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
