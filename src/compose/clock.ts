/** The machine's clock, for commands that wait. */
export { systemClock } from '../adapters/clock/system-clock.ts';
