/** Detects work that no worker is polling for. All times in milliseconds. */

import { captureQueue, comparisonQueue } from './tasks.ts';

/** Queues that workers serve. */
export const workerQueues = [captureQueue, comparisonQueue] as const;
export type WorkerQueue = (typeof workerQueues)[number];

/** How long work must wait without polling before its worker counts as absent. */
const absentAfterMs = 10_000;
/** How often polling is recorded: often enough that an idle worker never counts as absent. */
export const askedRefreshMs = 5_000;

/** The state of one queue. */
export interface QueueSign {
  queue: WorkerQueue;
  /** Since when the release's oldest task has been available; null when none is waiting. */
  waitingSince: number | null;
  /** When a worker last polled; null if never. */
  askedAt: number | null;
  /** Whether a worker holds a lease in the queue: a busy worker does not poll. */
  isAtWork: boolean;
}

export const absentKinds = ['work', 'captures', 'comparisons'] as const;

export interface WorkerAbsence {
  /** The kind of work without a worker: all work, or one kind while workers poll for the other. */
  kind: (typeof absentKinds)[number];
  /** When a worker last polled for it; null: never. */
  since: number | null;
}

/** The missing worker that a release waits for. Null while workers are present or nothing is waiting. */
export function workerAbsence(signs: readonly QueueSign[], now: number): WorkerAbsence | null {
  const isRecent = (at: number | null) => at !== null && at > now - absentAfterMs;
  const isThere = (sign: QueueSign) => sign.isAtWork || isRecent(sign.askedAt);
  const unserved = signs.filter(
    (sign) => sign.waitingSince !== null && sign.waitingSince <= now - absentAfterMs && !isThere(sign),
  );
  const [first] = unserved;
  if (first === undefined) return null;
  if (signs.some(isThere)) {
    return { kind: first.queue === captureQueue ? 'captures' : 'comparisons', since: first.askedAt };
  }
  const asked = signs.flatMap(({ askedAt }) => (askedAt === null ? [] : [askedAt]));
  return { kind: 'work', since: asked.length === 0 ? null : Math.max(...asked) };
}

/** One sentence. @param time formats when a worker last polled */
export function describeAbsence({ kind, since }: WorkerAbsence, time: (at: number) => string): string {
  return since === null
    ? `No worker has asked for ${kind} yet.`
    : `No worker has asked for ${kind} since ${time(since)}.`;
}
