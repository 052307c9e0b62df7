import { AppError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Entries kept at most; the oldest go first. */
const maxEntries = 10_000;

/** Counts wrong secrets per address and key id, so that nobody can try them by the thousand. */
export class FailedLogins {
  readonly #clock: Clock;
  readonly #limits: { maxFailedLogins: number; failedLoginWindowMs: number };
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(clock: Clock, limits: { maxFailedLogins: number; failedLoginWindowMs: number }) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** @throws AppError `rate_limited` */
  check(address: string, keyId: string): void {
    const entry = this.#current(entryKey(address, keyId));
    if (entry === null || entry.count < this.#limits.maxFailedLogins) return;
    const waitMs = entry.since + this.#limits.failedLoginWindowMs - this.#clock.monotonicMs();
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    throw new AppError(
      'rate_limited',
      `Too many wrong secrets for this API key from this address. Try again in ${retryAfterSeconds} s.`,
      { details: { retryAfterSeconds } },
    );
  }

  failed(address: string, keyId: string): void {
    const key = entryKey(address, keyId);
    const entry = this.#current(key) ?? { count: 0, since: this.#clock.monotonicMs() };
    this.#failures.delete(key);
    this.#failures.set(key, { ...entry, count: entry.count + 1 });
    if (this.#failures.size > maxEntries) {
      const oldest = this.#failures.keys().next();
      if (!oldest.done) this.#failures.delete(oldest.value);
    }
  }

  #current(key: string): { count: number; since: number } | null {
    const entry = this.#failures.get(key);
    if (entry === undefined) return null;
    if (this.#clock.monotonicMs() - entry.since < this.#limits.failedLoginWindowMs) return entry;
    this.#failures.delete(key);
    return null;
  }
}

function entryKey(address: string, keyId: string): string {
  return `${address} ${keyId.slice(0, 100)}`;
}
