import type { TaskNotifier } from '../../ports/task-notifier.ts';

/** Wakes leases that wait in this process. */
export function inProcessNotifier(): TaskNotifier {
  const waiting = new Map<string, Set<() => void>>();
  return {
    notify(queue, count) {
      const waiters = waiting.get(queue);
      const woken = [...(waiters ?? [])].slice(0, count);
      for (const wake of woken) wake();
      return woken.length;
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
