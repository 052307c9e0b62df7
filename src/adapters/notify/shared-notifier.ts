import type { TaskNotifier } from '../../ports/task-notifier.ts';
import type { ServerChannel } from './server-channel.ts';

/** How long a lease waits at most while no message of other servers arrives. */
const deafWaitMs = 1_000;

/** Wakes leases that wait here, and if those are too few, leases that wait at other servers. */
export function sharedNotifier(local: TaskNotifier, channel: ServerChannel): TaskNotifier {
  return {
    notify(queue, count) {
      const woken = local.notify(queue, count);
      if (woken < count) channel.send({ queues: [{ name: queue, count: count - woken }] });
      return woken;
    },
    wait: (queue, ms, signal) =>
      local.wait(queue, channel.isListening ? ms : Math.min(ms, deafWaitMs), signal),
  };
}
