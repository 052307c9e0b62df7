import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { availableParallelism } from 'node:os';
import { AppError, retryAfter } from '../../base/errors.ts';

export interface PasswordHashes {
  hash(password: string): Promise<string>;
  verify(of: { hash: string; password: string }): Promise<boolean>;
}

export interface HashLimits {
  /** Concurrent hashes. */
  concurrency: number;
  /** Hashes that may wait; further ones are refused. */
  maxWaiting: number;
}

/**
 * A hash keeps one core busy for a tenth of a second, and one of the four threads of Node's pool, which files and
 * compression also need. So at least half of both remain free.
 */
export const defaultHashLimits: HashLimits = {
  concurrency: Math.max(1, Math.min(2, availableParallelism() >> 1)),
  maxWaiting: 32,
};

/** scrypt in a separate queue, so that password attempts delay only each other. */
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
    // A hash that ends passes its turn to the next, so that none can cut in.
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
