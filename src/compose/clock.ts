/** The time of this machine, for commands that wait. */
export { systemClock } from '../adapters/clock/system-clock.ts';
