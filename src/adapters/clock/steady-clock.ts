import type { Clock } from '../../ports/clock.ts';

/** How much faster or slower than real time this clock may run while it makes up for a jump. */
const slewShare = 0.25;

/**
 * The machine's time without its jumps: it goes on with the monotonic clock and drifts towards the machine's time, at
 * most a quarter faster or slower than real time. When somebody turns the machine's clock, leases neither all end at
 * once nor last for ever, and no age is negative; a jump of an hour is made up for in four.
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
