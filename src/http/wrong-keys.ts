import { AppError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Entries kept at most; the oldest go first. */
const maxEntries = 10_000;

export interface WrongKeyLimits {
  /** Wrong secrets for one key from one address within the window. */
  maxFailedLogins: number;
  /** Wrong secrets from one address within the window, for whatever keys. */
  maxFailedLoginsOfAddress: number;
  failedLoginWindowMs: number;
}

interface Credentials {
  address: string;
  keyId: string;
  /** SHA-256. */
  secretHash: string;
}

/**
 * Counts wrong secrets, so that nobody can try them by the thousand. Who has been using the right one at an address is
 * never held up by others there who guess.
 */
export class WrongKeys {
  readonly #clock: Clock;
  readonly #limits: WrongKeyLimits;
  readonly #failures = new Map<string, { count: number; since: number }>();
  /** The hash of the secret that was right last, by address and key. */
  readonly #right = new Map<string, string>();

  constructor(clock: Clock, limits: WrongKeyLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Before the secret is looked at. @throws AppError `rate_limited` */
  check({ address, keyId, secretHash }: Credentials): void {
    const entry = this.#current(entryKey(address, keyId));
    if (entry === null || entry.count < this.#limits.maxFailedLogins) return;
    if (this.#right.get(entryKey(address, keyId)) === secretHash) return;
    throw this.#tooMany(entry, 'for this API key ');
  }

  succeeded({ address, keyId, secretHash }: Credentials): void {
    remember(this.#right, entryKey(address, keyId), secretHash);
  }

  /** @throws AppError `rate_limited` for an address that guesses keys, which delays nobody with a right one */
  failed({ address, keyId, secretHash }: Credentials): void {
    const key = entryKey(address, keyId);
    // A secret that was right, and is not any more, opens nothing.
    if (this.#right.get(key) === secretHash) this.#right.delete(key);
    this.#count(key);
    const ofAddress = this.#count(address);
    if (ofAddress.count > this.#limits.maxFailedLoginsOfAddress) throw this.#tooMany(ofAddress, '');
  }

  #count(key: string): { count: number; since: number } {
    const entry = this.#current(key) ?? { count: 0, since: this.#clock.monotonicMs() };
    const counted = { ...entry, count: entry.count + 1 };
    remember(this.#failures, key, counted);
    return counted;
  }

  #tooMany({ since }: { since: number }, what: string): AppError {
    const waitMs = since + this.#limits.failedLoginWindowMs - this.#clock.monotonicMs();
    const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
    return new AppError(
      'rate_limited',
      `Too many wrong secrets ${what}from this address. Try again in ${retryAfterSeconds} s.`,
      { details: { retryAfterSeconds } },
    );
  }

  #current(key: string): { count: number; since: number } | null {
    const entry = this.#failures.get(key);
    if (entry === undefined) return null;
    if (this.#clock.monotonicMs() - entry.since < this.#limits.failedLoginWindowMs) return entry;
    this.#failures.delete(key);
    return null;
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxEntries) map.delete(map.keys().next().value!);
}

function entryKey(address: string, keyId: string): string {
  return `${address} ${keyId.slice(0, 100)}`;
}
