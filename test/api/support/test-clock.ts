import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../src/ports/clock.ts';

/** The machine's time, which a test can push ahead, or stop: then only pushing moves it. */
export class TestClock implements Clock {
  #ahead = 0;
  #stopped: { now: number; monotonicMs: number } | null = null;

  now(): number {
    return (this.#stopped?.now ?? Date.now()) + this.#ahead;
  }

  monotonicMs(): number {
    return (this.#stopped?.monotonicMs ?? performance.now()) + this.#ahead;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(ms, undefined, signal === undefined ? {} : { signal });
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }

  stop(): void {
    this.#stopped = { now: Date.now(), monotonicMs: performance.now() };
  }
}
