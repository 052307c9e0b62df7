import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../src/ports/clock.ts';

/** The machine's time, which a test can push ahead. */
export class TestClock implements Clock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  monotonicMs(): number {
    return performance.now() + this.#ahead;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(ms, undefined, signal === undefined ? {} : { signal });
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}
