import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { databaseClock } from './database-clock.ts';

const hourMs = 3_600_000;
const logger = { debug() {}, info() {}, warn() {}, error() {} };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([hourMs, -hourMs])(
  'P42: a jump of %i ms of the database’s clock ends no lease at once and makes none last for ever',
  async (jump) => {
    let jumped = 0;
    let monotonic = 0;
    const time = () => 1_700_000_000_000 + monotonic + jumped;
    const machine = { now: () => 5, monotonicMs: () => monotonic, sleep: () => Promise.resolve() };
    const { clock, stop } = await databaseClock({ now: async () => time() }, machine, logger);
    const pass = async (ms: number) => {
      monotonic += ms;
      await vi.advanceTimersByTimeAsync(ms);
    };
    expect(clock.now()).toBe(time());
    jumped = jump;
    let last = clock.now();
    for (let minute = 0; minute < 60; minute++) {
      for (let second = 0; second < 60; second += 15) await pass(15_000);
      const now = clock.now();
      expect(now - last, 'a lease of a minute lasts 48 to 80 seconds').toBeGreaterThanOrEqual(45_000);
      expect(now - last).toBeLessThanOrEqual(75_000);
      last = now;
    }
    for (let minute = 0; minute < 240; minute++) await pass(60_000);
    clock.now();
    await pass(60_000);
    expect(clock.now()).toBe(time());
    stop();
  },
);
