import type { Clock } from '../../ports/clock.ts';

/** Starts requests to one host no faster than the rate allows, in the order in which they arrive. */
export class Pace {
  readonly #clock: Clock;
  #gapMs: number;
  #nextMs = 0;

  /** @param requestsPerSecond null: no limit */
  constructor(clock: Clock, requestsPerSecond: number | null) {
    this.#clock = clock;
    this.#gapMs = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;
  }

  /** Resolves when the next request may start. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonicMs();
    const start = Math.max(now, this.#nextMs);
    this.#nextMs = start + this.#gapMs;
    if (start > now) await this.#clock.sleep(start - now, signal);
  }

  /** From now on the gap is at least this long. */
  widen(gapMs: number): void {
    this.#gapMs = Math.max(this.#gapMs, gapMs);
  }

  /** Starts nothing for this long, at the host's request. */
  pause(ms: number): void {
    this.#nextMs = Math.max(this.#nextMs, this.#clock.monotonicMs() + ms);
  }
}
