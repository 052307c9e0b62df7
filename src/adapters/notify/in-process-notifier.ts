import type { TaskNotifier } from '../../ports/task-notifier.ts';

/** Wakes leases that wait in this process; those in another one poll again after a while. */
export function inProcessNotifier(): TaskNotifier {
  const waiting = new Map<string, Set<() => void>>();
  return {
    notify(queue, count) {
      const waiters = waiting.get(queue);
      if (waiters === undefined) return;
      for (const wake of [...waiters].slice(0, count)) wake();
    },
    wait(queue, ms, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const waiters = waiting.get(queue) ?? new Set();
        waiting.set(queue, waiters);
        const wake = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', wake);
          waiters.delete(wake);
          if (waiters.size === 0 && waiting.get(queue) === waiters) waiting.delete(queue);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal?.addEventListener('abort', wake);
        waiters.add(wake);
      });
    },
  };
}
