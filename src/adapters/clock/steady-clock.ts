import type { Clock } from '../../ports/clock.ts';

/** How much faster or slower than real time this clock may run while it corrects a jump. */
const slewShare = 0.25;

/**
 * The machine's time without its jumps: it follows the monotonic clock and drifts towards the machine's time, at
 * most a quarter faster or slower than real time. When the machine's clock is set, leases neither all end
 * together nor last indefinitely, and no age is negative; a jump of an hour is corrected within four.
 */
export function steadyClock(machine: Clock): Clock {
  let lastMonotonic = machine.monotonicMs();
  let time = machine.now();
  return {
    ...machine,
    now() {
      const monotonic = machine.monotonicMs();
      const elapsed = Math.max(0, monotonic - lastMonotonic);
      lastMonotonic = monotonic;
      time += elapsed;
      const most = elapsed * slewShare;
      time += Math.min(most, Math.max(-most, machine.now() - time));
      return Math.round(time);
    },
  };
}
