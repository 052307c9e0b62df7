/** Times are epoch milliseconds. */

import type { SlotName } from '../runs/run.ts';

export type TaskStatus = 'live' | 'done' | 'error' | 'canceled';

/** One unit of work in a queue. */
export interface Task {
  queue: string;
  id: string;
  /** Only workers that have it may lease the task; empty: any worker. */
  label: string;
  status: TaskStatus;
  payload: string;
  contentType: string;
  source: string | null;
  createdAt: number;
  /** When it may be leased; while leased, when the lease ends. */
  eta: number;
  /** When it may be leased next: `eta`, or later if an expired lease adds a wait. */
  dueAt: number;
  leaseAttempts: number;
  lastLease: number | null;
  /** The current lease, or the one that ended the task. */
  leaseId: string | null;
  owner: string | null;
  /** The worker key that holds the lease; null if a superuser leased it. */
  leasedBy: string | null;
  leaseMs: number | null;
  /** The deadline that heartbeats cannot extend. */
  deadline: number | null;
  message: string | null;
  messageIndex: number | null;
  finishedAt: number | null;
  error: string | null;
  /** The lease is over but the task lives on (given back, or waiting for another attempt). */
  leaseEnded: boolean;
  /** The run and slot that wait for the task; null for tasks added by clients. */
  runId: number | null;
  releaseId: number | null;
  slot: SlotName | null;
}
