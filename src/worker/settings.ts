/** How a worker works. Times in milliseconds. */
export interface WorkerSettings {
  /** Name of the lease holder, for people who inspect the queue. */
  owner: string;
  /** Concurrent captures; 0: this worker takes none. */
  captures: number;
  /** Concurrent comparisons; 0: this worker takes none. */
  diffs: number;
  /** Takes tasks that have one of these labels, too. */
  labels: readonly string[];
  /** Takes no task without a label. */
  onlyLabeled: boolean;
  /** A lease expires after this long without a heartbeat; whole seconds. */
  leaseMs: number;
  /** Time between two heartbeats; well below `leaseMs`. */
  heartbeatMs: number;
  /** Time limit of a task, a little below the server's limit. */
  deadlineMs: number;
  /** How long one request waits for work. */
  waitMs: number;
  /** Ends by itself after this long without a task; 0: as soon as there is none. Null: works until it is stopped. */
  maxIdleMs: number | null;
  /** First and longest delay before retrying a server that did not answer. */
  retryMs: number;
  maxRetryMs: number;
  /** After a stop, tasks may finish within this time; then they are given back. */
  stopGraceMs: number;
  /** Aborted work must end within this time; then it is abandoned. */
  abortGraceMs: number;
}

export const defaultWorkerSettings: Omit<WorkerSettings, 'owner' | 'captures' | 'diffs'> = {
  labels: [],
  onlyLabeled: false,
  leaseMs: 60_000,
  heartbeatMs: 15_000,
  deadlineMs: 115_000,
  waitMs: 30_000,
  maxIdleMs: null,
  retryMs: 500,
  maxRetryMs: 15_000,
  stopGraceMs: 15_000,
  abortGraceMs: 4_000,
};
