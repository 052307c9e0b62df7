import { AppError, retryAfter } from '../../base/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { remember } from './bounded-map.ts';

interface Entry {
  count: number;
  /** When the first attempt was made. */
  since: number;
}

/** Counts attempts by name within a time window that starts with the first attempt. */
export class AttemptCounts {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  of(name: string): number {
    return this.#current(name)?.count ?? 0;
  }

  /** @returns the current count */
  add(name: string): number {
    const { count, since } = this.#current(name) ?? { count: 0, since: this.#clock.monotonicMs() };
    remember(this.#entries, name, { count: count + 1, since });
    return count + 1;
  }

  /** Takes over a higher count, whose window began `ageMs` ago. */
  learn(name: string, { count, ageMs }: { count: number; ageMs: number }): void {
    const known = this.#current(name);
    const since = this.#clock.monotonicMs() - ageMs;
    if (known === null || known.count < count) remember(this.#entries, name, { count, since });
  }

  /** Removes one attempt from the count. */
  takeBack(name: string): void {
    const entry = this.#current(name);
    if (entry !== null && entry.count > 0) entry.count--;
  }

  /** @param what completes the message, as in "Too many wrong passwords" */
  tooMany(name: string, what: string): AppError {
    const since = this.#current(name)?.since ?? this.#clock.monotonicMs();
    const waitMs = since + this.#windowMs - this.#clock.monotonicMs();
    const waitSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    return new AppError('rate_limited', `Too many ${what}. Try again in ${waitSeconds} s.`, {
      details: retryAfter(waitSeconds),
    });
  }

  #current(name: string): Entry | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    if (this.#clock.monotonicMs() - entry.since < this.#windowMs) return entry;
    this.#entries.delete(name);
    return null;
  }
}

/** Truncates caller-supplied names. */
export function attemptName(address: string, of: string): string {
  return `${address} ${of.slice(0, 100)}`;
}
