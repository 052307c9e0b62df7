import type { Clock } from '../../ports/clock.ts';
import { AppError, retryAfter } from '../../base/errors.ts';
import { AttemptCounts, attemptName } from './attempt-counts.ts';
import { remember } from './bounded-map.ts';

export interface PasswordAttemptLimits {
  /** For one account from one address within the window. */
  maxFailedLogins: number;
  /** From one address within the window, for whatever accounts. */
  maxPasswordsOfAddress: number;
  /** For one account within the window, from whatever addresses; those that it was signed in from pass. */
  maxPasswordsOfAccount: number;
  /** Of one address that wait or are compared at once. */
  maxPasswordsAtOnce: number;
  failedLoginWindowMs: number;
  /** A refusal is sent after so long, so that whoever goes on at once does not keep the server answering. */
  passwordRefusalDelayMs: number;
  /** Refusals that wait for it at once; further ones are sent at once. */
  maxDelayedRefusals: number;
}

/** Counts passwords before they are hashed: guessing stays slow, and nobody can keep the server hashing. */
export class PasswordAttempts {
  readonly #limits: PasswordAttemptLimits;
  readonly #counts: AttemptCounts;
  readonly #atOnce = new Map<string, number>();
  #delayed = 0;
  /** Accounts that were signed in to, by address. */
  readonly #known = new Map<string, true>();

  constructor(clock: Clock, limits: PasswordAttemptLimits) {
    this.#limits = limits;
    this.#counts = new AttemptCounts(clock, limits.failedLoginWindowMs);
  }

  /**
   * Runs what hashes a password. What it resolves to was right, and does not count.
   *
   * @param account an e-mail address, or null where a link that only one person has stands for it
   * @throws AppError `rate_limited`, and whatever `work` throws
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
        'Too many people are signing in from this address at once. Try again in 1 s.',
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
