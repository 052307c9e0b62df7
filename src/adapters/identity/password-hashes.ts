import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { availableParallelism } from 'node:os';
import { AppError, retryAfter } from '../../base/errors.ts';

export interface PasswordHashes {
  hash(password: string): Promise<string>;
  verify(of: { hash: string; password: string }): Promise<boolean>;
}

export interface HashLimits {
  /** Hashes computed at once. */
  concurrency: number;
  /** Hashes that may wait for their turn; further ones are refused. */
  maxWaiting: number;
}

/**
 * A hash keeps one core busy for a tenth of a second, and one of the four threads of Node's pool, which files and
 * compression need too. So at least half of both stay free.
 */
export const defaultHashLimits: HashLimits = {
  concurrency: Math.max(1, Math.min(2, availableParallelism() >> 1)),
  maxWaiting: 32,
};

/** scrypt in a queue of its own, so that those who try passwords make only each other wait. */
export function createPasswordHashes(
  { concurrency, maxWaiting }: HashLimits = defaultHashLimits,
  scrypt: PasswordHashes = { hash: hashPassword, verify: verifyPassword },
): PasswordHashes {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** @throws AppError `unavailable` when too many wait */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running < concurrency) running++;
    else if (waiting.length >= maxWaiting) throw tooManyWait();
    // Whoever ends hands its turn on, so that nobody comes in between.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => scrypt.hash(password)),
    verify: (of) => inTurn(() => scrypt.verify(of)),
  };
}

function tooManyWait(): AppError {
  return new AppError('unavailable', 'Too many people are signing in at once. Try again in 5 s.', {
    details: retryAfter(5),
  });
}
