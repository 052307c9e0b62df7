import { describe, expect, it } from 'vitest';
import { steadyClock } from './steady-clock.ts';

const hourMs = 3_600_000;

function turnable() {
  let wall = 1_700_000_000_000;
  let monotonic = 0;
  const clock = steadyClock({
    now: () => wall,
    monotonicMs: () => monotonic,
    sleep: () => Promise.resolve(),
  });
  return {
    clock,
    pass: (ms: number) => {
      wall += ms;
      monotonic += ms;
    },
    jump: (ms: number) => (wall += ms),
    wall: () => wall,
  };
}

describe('steady clock', () => {
  it.each([hourMs, -hourMs])('P42: makes up for a jump of %i ms slowly and never goes back', (jump) => {
    const { clock, pass, jump: turn, wall } = turnable();
    pass(1_000);
    const before = clock.now();
    expect(before).toBe(wall());
    turn(jump);
    expect(clock.now()).toBe(before);
    let last = before;
    for (let minute = 0; minute < 60; minute++) {
      pass(60_000);
      const now = clock.now();
      expect(now - last, 'a lease of a minute lasts 48 to 80 seconds').toBe(jump > 0 ? 75_000 : 45_000);
      last = now;
    }
    for (let minute = 0; minute < 240; minute++) {
      pass(60_000);
      clock.now();
    }
    expect(clock.now()).toBe(wall());
  });
});
