import { AppError } from '../../base/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { AttemptCounts, attemptName } from './attempt-counts.ts';
import { remember } from './bounded-map.ts';
import { SharedAttempts, type AttemptLedger } from './shared-attempts.ts';

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

const ofKey = 'wrong secrets for this API key from this address';
const ofAddress = 'wrong secrets from this address';

/**
 * Counts wrong secrets to prevent brute force, at all servers of a database. Callers who have used the correct one at an
 * address are never blocked by others who guess there.
 */
export class WrongKeys {
  readonly #limits: WrongKeyLimits;
  readonly #failures: SharedAttempts;
  /** Hash of the last correct secret, by address and key. */
  readonly #right = new Map<string, string>();
  /** The end of the latest check of a secret that is not known to be correct, by address, key and secret. */
  readonly #checking = new Map<string, Promise<void>>();

  constructor(clock: Clock, limits: WrongKeyLimits, ledger: AttemptLedger) {
    this.#limits = limits;
    this.#failures = new SharedAttempts(new AttemptCounts(clock, limits.failedLoginWindowMs), ledger);
  }

  /**
   * Checks a secret. One that was correct before is not counted; any other one is counted before it is checked, and no
   * longer if it is correct. Calls that bring the same secret while it is checked wait: many clients may begin at the
   * same moment, with a key that this server has not seen yet.
   *
   * @throws AppError `rate_limited`, also for an address that guesses keys, whose correct keys pass; and errors of `work`
   */
  async check<Result>(tried: Credentials, work: () => Promise<Result>): Promise<Result> {
    const name = attemptName(tried.address, tried.keyId);
    const isKnown = () => this.#right.get(name) === tried.secretHash;
    if (isKnown()) return this.#checkKnown(name, work);
    const secret = `${name} ${tried.secretHash}`;
    const checking = this.#checking.get(secret);
    if (checking !== undefined) {
      await checking;
      if (isKnown()) return this.#checkKnown(name, work);
    }
    const result = this.#checkUnknown(name, tried, work);
    const end = result.then(
      () => undefined,
      () => undefined,
    );
    this.#checking.set(secret, end);
    try {
      return await result;
    } finally {
      if (this.#checking.get(secret) === end) this.#checking.delete(secret);
    }
  }

  async #checkUnknown<Result>(
    name: string,
    { address, secretHash }: Credentials,
    work: () => Promise<Result>,
  ): Promise<Result> {
    // An address that guesses is refused without the database, which would otherwise store whatever it sends.
    const isGuessing = this.#failures.known(address) > this.#limits.maxFailedLoginsOfAddress;
    if (!isGuessing) await this.#count(name);
    try {
      const result = await work();
      if (!isGuessing) await this.#failures.takeBack([name]);
      remember(this.#right, name, secretHash);
      return result;
    } catch (error) {
      if (!isWrong(error)) {
        if (!isGuessing) await this.#failures.takeBack([name]);
        throw error;
      }
      const guesses = isGuessing ? Infinity : (await this.#failures.add([address]))[0]!;
      throw guesses > this.#limits.maxFailedLoginsOfAddress
        ? this.#failures.tooMany(address, ofAddress)
        : error;
    }
  }

  /** A formerly correct secret no longer exempts. */
  async #checkKnown<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (isWrong(error)) this.#right.delete(name);
      throw error;
    }
  }

  /** @throws AppError `rate_limited` */
  async #count(name: string): Promise<void> {
    const { maxFailedLogins } = this.#limits;
    const isOver =
      this.#failures.known(name) >= maxFailedLogins ||
      (await this.#failures.add([name]))[0]! > maxFailedLogins;
    if (isOver) throw this.#failures.tooMany(name, ofKey);
  }
}

function isWrong(error: unknown): boolean {
  return error instanceof AppError && error.code === 'invalid_credentials';
}
