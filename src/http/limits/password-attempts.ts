import type { Clock } from '../../ports/clock.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { AttemptCounts, attemptName } from './attempt-counts.ts';
import { remember } from './bounded-map.ts';

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

/** Counts password attempts before hashing, so that guessing is slow and cannot overload the server. */
export class PasswordAttempts {
  readonly #limits: PasswordAttemptLimits;
  readonly #counts: AttemptCounts;
  readonly #atOnce = new Map<string, number>();
  #delayed = 0;
  /** Successful accounts, by address. */
  readonly #known = new Map<string, true>();

  constructor(clock: Clock, limits: PasswordAttemptLimits) {
    this.#limits = limits;
    this.#counts = new AttemptCounts(clock, limits.failedLoginWindowMs);
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
        await this.#delayRefusal();
      throw error;
    }
  }

  async #delayRefusal(): Promise<void> {
    const { passwordRefusalDelayMs: delayMs, maxDelayedRefusals } = this.#limits;
    if (this.#delayed >= maxDelayedRefusals) return;
    this.#delayed++;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    this.#delayed--;
  }

  async #attempt<Result>(
    { address, account }: { address: string; account: string | null },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { maxFailedLogins, maxPasswordsOfAddress, maxPasswordsOfAccount } = this.#limits;
    const here = attemptName(address, account ?? '');
    const everywhere = attemptName('account', account ?? '');
    const bounds: [name: string, limit: number, what: string][] = [
      [address, maxPasswordsOfAddress, 'passwords from this address'],
    ];
    if (account !== null) {
      bounds.push([here, maxFailedLogins, 'wrong passwords for this e-mail address from here']);
      if (!this.#known.has(here))
        bounds.push([everywhere, maxPasswordsOfAccount, 'wrong passwords for this e-mail address']);
    }
    for (const [name, limit, what] of bounds)
      if (this.#counts.of(name) >= limit) throw this.#counts.tooMany(name, what);
    const leave = this.#enter(address);
    for (const [name] of bounds) this.#counts.add(name);
    try {
      const result = await work();
      for (const [name] of bounds) this.#counts.takeBack(name);
      if (account !== null) remember(this.#known, here, true);
      return result;
    } catch (error) {
      const isHashed = !(error instanceof AppError && error.code === 'unavailable');
      if (!isHashed) for (const [name] of bounds) this.#counts.takeBack(name);
      throw error;
    } finally {
      leave();
    }
  }

  #enter(address: string): () => void {
    const held = this.#atOnce.get(address) ?? 0;
    if (held >= this.#limits.maxPasswordsAtOnce) {
      throw new AppError(
        'rate_limited',
        'Too many people are signing in from this address at the same time. Try again in 1 s.',
        { details: retryAfter(1) },
      );
    }
    this.#atOnce.set(address, held + 1);
    return () => {
      const left = this.#atOnce.get(address)! - 1;
      if (left > 0) this.#atOnce.set(address, left);
      else this.#atOnce.delete(address);
    };
  }
}
