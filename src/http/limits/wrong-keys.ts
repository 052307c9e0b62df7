import type { Clock } from '../../ports/clock.ts';
import { AttemptCounts, attemptName } from './attempt-counts.ts';
import { remember } from './bounded-map.ts';

export interface WrongKeyLimits {
  /** Wrong secrets for one key from one address within the window. */
  maxFailedLogins: number;
  /** Wrong secrets from one address within the window, for any key. */
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
 * Counts wrong secrets to prevent brute force. Callers who have used the correct one at an address are
 * never blocked by others who guess there.
 */
export class WrongKeys {
  readonly #limits: WrongKeyLimits;
  readonly #failures: AttemptCounts;
  /** Hash of the last correct secret, by address and key. */
  readonly #right = new Map<string, string>();

  constructor(clock: Clock, limits: WrongKeyLimits) {
    this.#limits = limits;
    this.#failures = new AttemptCounts(clock, limits.failedLoginWindowMs);
  }

  /** Call before the secret is checked. @throws AppError `rate_limited` */
  check({ address, keyId, secretHash }: Credentials): void {
    const name = attemptName(address, keyId);
    if (this.#failures.of(name) < this.#limits.maxFailedLogins) return;
    if (this.#right.get(name) === secretHash) return;
    throw this.#failures.tooMany(name, 'wrong secrets for this API key from this address');
  }

  succeeded({ address, keyId, secretHash }: Credentials): void {
    remember(this.#right, attemptName(address, keyId), secretHash);
  }

  /** @throws AppError `rate_limited` for an address that guesses keys; correct keys are not delayed */
  failed({ address, keyId, secretHash }: Credentials): void {
    const name = attemptName(address, keyId);
    // A formerly correct secret no longer exempts.
    if (this.#right.get(name) === secretHash) this.#right.delete(name);
    this.#failures.add(name);
    if (this.#failures.add(address) > this.#limits.maxFailedLoginsOfAddress)
      throw this.#failures.tooMany(address, 'wrong secrets from this address');
  }
}
