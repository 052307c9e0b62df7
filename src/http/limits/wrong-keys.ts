import type { Clock } from '../../ports/clock.ts';
import { AttemptCounts, attemptName } from './attempt-counts.ts';
import { remember } from './bounded-map.ts';

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
  readonly #limits: WrongKeyLimits;
  readonly #failures: AttemptCounts;
  /** The hash of the secret that was right last, by address and key. */
  readonly #right = new Map<string, string>();

  constructor(clock: Clock, limits: WrongKeyLimits) {
    this.#limits = limits;
    this.#failures = new AttemptCounts(clock, limits.failedLoginWindowMs);
  }

  /** Before the secret is looked at. @throws AppError `rate_limited` */
  check({ address, keyId, secretHash }: Credentials): void {
    const name = attemptName(address, keyId);
    if (this.#failures.of(name) < this.#limits.maxFailedLogins) return;
    if (this.#right.get(name) === secretHash) return;
    throw this.#failures.tooMany(name, 'wrong secrets for this API key from this address');
  }

  succeeded({ address, keyId, secretHash }: Credentials): void {
    remember(this.#right, attemptName(address, keyId), secretHash);
  }

  /** @throws AppError `rate_limited` for an address that guesses keys, which delays nobody with a right one */
  failed({ address, keyId, secretHash }: Credentials): void {
    const name = attemptName(address, keyId);
    // A secret that was right, and is not any more, opens nothing.
    if (this.#right.get(name) === secretHash) this.#right.delete(name);
    this.#failures.add(name);
    if (this.#failures.add(address) > this.#limits.maxFailedLoginsOfAddress)
      throw this.#failures.tooMany(address, 'wrong secrets from this address');
  }
}
