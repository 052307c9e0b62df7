/** Notifies waiting lease calls that a queue has work. */
export interface TaskNotifier {
  /** Wakes up to `count` waiters of the queue, longest waiting first. */
  notify(queue: string, count: number): void;
  /** Resolves when notified, after `ms`, or when the signal aborts; never rejects. */
  wait(queue: string, ms: number, signal?: AbortSignal): Promise<void>;
}
