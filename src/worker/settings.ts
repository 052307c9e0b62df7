/** How a worker works. Times in milliseconds; every one is a setting, so that tests use small ones. */
export interface WorkerSettings {
  /** Who holds the leases, for people who look at the queue. */
  owner: string;
  /** Pages captured at a time; 0: this worker takes no captures. */
  captures: number;
  /** Comparisons at a time; 0: this worker takes none. */
  diffs: number;
  /** A lease that nobody is heard from for so long is free again; whole seconds. */
  leaseMs: number;
  /** Time between two heartbeats; well below `leaseMs`. */
  heartbeatMs: number;
  /** A task is given up after so long, a little before the server itself does. */
  deadlineMs: number;
  /** How long one request waits for work. */
  waitMs: number;
  /** First and longest wait before asking a server again that did not answer. */
  retryMs: number;
  maxRetryMs: number;
  /** After a stop, tasks may end by themselves for so long; then they are given back. */
  stopGraceMs: number;
  /** Work that was told to end may take so long; then it is left to itself. */
  abortGraceMs: number;
}

export const defaultWorkerSettings: Omit<WorkerSettings, 'owner' | 'captures' | 'diffs'> = {
  leaseMs: 60_000,
  heartbeatMs: 15_000,
  deadlineMs: 115_000,
  waitMs: 30_000,
  retryMs: 500,
  maxRetryMs: 15_000,
  stopGraceMs: 15_000,
  abortGraceMs: 4_000,
};
