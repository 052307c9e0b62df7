/** Whether work waits although no worker asks for it. Milliseconds throughout. */

import { captureQueue, comparisonQueue } from './tasks.ts';

/** Queues that workers serve. */
export const workerQueues = [captureQueue, comparisonQueue] as const;
export type WorkerQueue = (typeof workerQueues)[number];

/** Work that waits for so long, unasked for, waits for a worker that is not there. */
const absentAfterMs = 10_000;
/** How often it is written down that a worker asks: often enough that one who waits for work is never called absent. */
export const askedRefreshMs = 5_000;

/** What is known about one queue. */
export interface QueueSign {
  queue: WorkerQueue;
  /** Since when the oldest task of the release could be leased; null when none waits. */
  waitingSince: number | null;
  /** When a worker last asked for work; null when none ever did. */
  askedAt: number | null;
  /** Whether a worker holds a lease in the queue: one that is busy does not ask. */
  isAtWork: boolean;
}

export const absentKinds = ['work', 'captures', 'comparisons'] as const;

export interface WorkerAbsence {
  /** What no worker asks for: any work, or one kind of it while workers ask for the other. */
  kind: (typeof absentKinds)[number];
  /** When a worker last asked for it; null: none has yet. */
  since: number | null;
}

/** Why a release does not move: nobody has asked for what it waits for. Null while workers are there, or nothing waits. */
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

/** One sentence. @param time writes down when a worker last asked */
export function describeAbsence({ kind, since }: WorkerAbsence, time: (at: number) => string): string {
  return since === null
    ? `No worker has asked for ${kind} yet.`
    : `No worker has asked for ${kind} since ${time(since)}.`;
}
