/** Detects work that no worker is polling for. All times in milliseconds. */

import { labelWithoutBrowser, needsFirefox, noLabel } from './labels.ts';
import { captureQueue, comparisonQueue } from './tasks.ts';

/** Queues that workers serve. */
export const workerQueues = [captureQueue, comparisonQueue] as const;
export type WorkerQueue = (typeof workerQueues)[number];

/** How long work must wait without polling before its worker counts as absent. */
const absentAfterMs = 10_000;
/** How often polling is recorded: often enough that an idle worker never counts as absent. */
export const askedRefreshMs = 5_000;

/** The state of the tasks in one queue that have one label. */
export interface QueueSign {
  queue: WorkerQueue;
  /** Empty: those that any worker may do. */
  label: string;
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
  /** The label that the worker must have; absent if any worker will do. */
  label?: string | undefined;
  /** When a worker last polled for it; null: never. */
  since: number | null;
}

/** The missing worker that a release waits for. Null while workers are present or nothing is waiting. */
export function workerAbsence(signs: readonly QueueSign[], now: number): WorkerAbsence | null {
  const isRecent = (at: number | null) => at !== null && at > now - absentAfterMs;
  const isThere = (sign: QueueSign) => sign.isAtWork || isRecent(sign.askedAt);
  const isUnserved = (sign: QueueSign) => {
    return sign.waitingSince !== null && sign.waitingSince <= now - absentAfterMs && !isThere(sign);
  };
  const plain = signs.filter(({ label }) => label === noLabel);
  const first = plain.find(isUnserved) ?? signs.find(isUnserved);
  if (first === undefined) return null;
  const kind = first.queue === captureQueue ? 'captures' : 'comparisons';
  if (first.label !== noLabel) return { kind, label: first.label, since: first.askedAt };
  if (plain.some(isThere)) return { kind, since: first.askedAt };
  const asked = plain.flatMap(({ askedAt }) => (askedAt === null ? [] : [askedAt]));
  return { kind: 'work', since: asked.length === 0 ? null : Math.max(...asked) };
}

/** One sentence. @param time formats when a worker last polled */
export function describeAbsence({ kind, label, since }: WorkerAbsence, time: (at: number) => string): string {
  const worker = label === undefined ? 'worker' : describeWorker(label);
  return since === null
    ? `No ${worker} has asked for ${kind} yet.`
    : `No ${worker} has asked for ${kind} since ${time(since)}.`;
}

/** The command that starts the missing worker. */
export function commandForAbsence({ label }: Pick<WorkerAbsence, 'label'>): string {
  if (label === undefined) return 'dpxdt worker';
  const own = labelWithoutBrowser(label);
  const flags = [
    ...(own === noLabel ? [] : [`--label ${own}`]),
    ...(needsFirefox(label) ? ['--firefox FILE'] : []),
  ];
  return `dpxdt worker ${flags.join(' ')}`;
}

function describeWorker(label: string): string {
  const own = labelWithoutBrowser(label);
  return `worker${own === noLabel ? '' : ` labeled "${own}"`}${needsFirefox(label) ? ' with Firefox' : ''}`;
}
