/** Notifies waiting lease calls that a queue has work. */
export interface TaskNotifier {
  /** Wakes up to `count` waiters of the queue, longest waiting first. @returns how many waited in this process */
  notify(queue: string, count: number): number;
  /** Resolves when notified, after `ms`, or when the signal aborts; never rejects. */
  wait(queue: string, ms: number, signal?: AbortSignal): Promise<void>;
}
