import type { Clock } from '../../ports/clock.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { AttemptCounts, attemptName } from './attempt-counts.ts';
import { remember } from './bounded-map.ts';
import { PlacesTaken } from './places-taken.ts';
import { RefusalDelay } from './refusal-delay.ts';
import { SharedAttempts, type AttemptLedger } from './shared-attempts.ts';

export interface PasswordAttemptLimits {
  /** Attempts for one account from one address within the window. */
  maxFailedLogins: number;
  /** Attempts from one address within the window, for any account. */
  maxPasswordsOfAddress: number;
  /** Attempts for one account within the window, from any address except those it has signed in from. */
  maxPasswordsOfAccount: number;
  /** Attempts of one address waiting or being checked at the same time. */
  maxPasswordsAtOnce: number;
  failedLoginWindowMs: number;
  /** Delay before a refusal, so that immediate retries do not keep the server busy. */
  passwordRefusalDelayMs: number;
  /** Maximum delayed refusals; further ones are sent immediately. */
  maxDelayedRefusals: number;
}

type Bound = [name: string, limit: number, what: string];

/** Counts password attempts before hashing, so that guessing is slow and cannot overload the server. */
export class PasswordAttempts {
  readonly #limits: PasswordAttemptLimits;
  readonly #counts: SharedAttempts;
  readonly #atOnce = new PlacesTaken();
  readonly #refusals: RefusalDelay;
  /** Successful accounts, by address. */
  readonly #known = new Map<string, true>();

  constructor(clock: Clock, limits: PasswordAttemptLimits, ledger: AttemptLedger) {
    this.#limits = limits;
    this.#refusals = new RefusalDelay(limits.passwordRefusalDelayMs, limits.maxDelayedRefusals);
    this.#counts = new SharedAttempts(new AttemptCounts(clock, limits.failedLoginWindowMs), ledger);
  }

  /**
   * Runs a password check. A success does not count.
   *
   * @param account an e-mail address, or null when a personal link identifies the person
   * @throws AppError `rate_limited`, and errors of `work`
   */
  async attempt<Result>(
    of: { address: string; account: string | null },
    work: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.#attempt(of, work);
    } catch (error) {
      if (error instanceof AppError && ['rate_limited', 'unavailable'].includes(error.code))
        await this.#refusals.pass();
      throw error;
    }
  }

  async #attempt<Result>(
    { address, account }: { address: string; account: string | null },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { maxFailedLogins, maxPasswordsOfAddress, maxPasswordsOfAccount } = this.#limits;
    const here = attemptName(address, account ?? '');
    const everywhere = attemptName('account', account ?? '');
    const bounds: Bound[] = [[address, maxPasswordsOfAddress, 'passwords from this address']];
    if (account !== null) {
      bounds.push([here, maxFailedLogins, 'wrong passwords for this e-mail address from here']);
      if (!this.#known.has(here))
        bounds.push([everywhere, maxPasswordsOfAccount, 'wrong passwords for this e-mail address']);
    }
    for (const [name, limit, what] of bounds)
      if (this.#counts.known(name) >= limit) throw this.#counts.tooMany(name, what);
    const leave = this.#enter(address);
    try {
      await this.#count(bounds);
      const result = await this.#hashed(bounds, work);
      if (account !== null) remember(this.#known, here, true);
      return result;
    } finally {
      leave();
    }
  }

  /** @throws AppError `rate_limited` if this attempt is one too many; it then does not count */
  async #count(bounds: readonly Bound[]): Promise<void> {
    const names = bounds.map(([name]) => name);
    const counts = await this.#counts.add(names);
    const over = bounds.find(([, limit], index) => counts[index]! > limit);
    if (over === undefined) return;
    const [name, , what] = over;
    const refusal = this.#counts.tooMany(name, what);
    await this.#counts.takeBack(names);
    throw refusal;
  }

  /** Neither a success counts, nor what was not hashed. */
  async #hashed<Result>(bounds: readonly Bound[], work: () => Promise<Result>): Promise<Result> {
    const names = bounds.map(([name]) => name);
    try {
      const result = await work();
      await this.#counts.takeBack(names);
      return result;
    } catch (error) {
      if (error instanceof AppError && error.code === 'unavailable') await this.#counts.takeBack(names);
      throw error;
    }
  }

  #enter(address: string): () => void {
    if (this.#atOnce.by(address) >= this.#limits.maxPasswordsAtOnce) {
      throw new AppError(
        'rate_limited',
        'Too many people are signing in from this address at the same time. Try again in 1 s.',
        { details: retryAfter(1) },
      );
    }
    return this.#atOnce.take(address);
  }
}
