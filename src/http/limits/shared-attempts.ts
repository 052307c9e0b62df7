import { isStorageTrouble, type AppError } from '../../base/errors.ts';
import type { Deps } from '../../services/deps.ts';
import type { AttemptCounts } from './attempt-counts.ts';

/** Where the servers of a database count together. */
export interface AttemptLedger {
  /** Adds one attempt to each name. @returns each count with it, and how long ago its window began */
  add(names: readonly string[]): Promise<{ count: number; ageMs: number }[]>;
  takeBack(names: readonly string[]): Promise<void>;
}

/** @param kind of the attempts; each has separate counts */
export function attemptLedger(
  { store, clock, ids }: Pick<Deps, 'store' | 'clock' | 'ids'>,
  kind: 'password' | 'secret',
  windowMs: number,
): AttemptLedger {
  // Hashed, because people type passwords where an e-mail address belongs.
  const stored = (names: readonly string[]) =>
    names.map((name) => ids.sha256(new TextEncoder().encode(`${kind} ${name}`)));
  return {
    async add(names) {
      const now = clock.now();
      const counts = await store.transaction((tx) => tx.attempts.add(stored(names), now, now - windowMs));
      return counts.map(({ count, since }) => ({ count, ageMs: Math.max(0, now - since) }));
    },
    takeBack: (names) => store.transaction((tx) => tx.attempts.takeBack(stored(names))),
  };
}

/**
 * Counts attempts for all servers of a database. What this server knows is enough to refuse; every attempt that it lets
 * pass is counted in the database first. While the database takes no writes, each server counts alone.
 */
export class SharedAttempts {
  readonly #known: AttemptCounts;
  readonly #ledger: AttemptLedger;

  constructor(known: AttemptCounts, ledger: AttemptLedger) {
    this.#known = known;
    this.#ledger = ledger;
  }

  /** The count that this server knows of; others may have counted more. */
  known(name: string): number {
    return this.#known.of(name);
  }

  /** @returns the counts with these attempts */
  async add(names: readonly string[]): Promise<number[]> {
    // Before the database is asked, so that attempts made at the same time see each other.
    for (const name of names) this.#known.add(name);
    try {
      const counts = await this.#ledger.add(names);
      names.forEach((name, index) => this.#known.learn(name, counts[index]!));
    } catch (error) {
      if (!isStorageTrouble(error)) throw error;
    }
    return names.map((name) => this.#known.of(name));
  }

  /** Removes one attempt from each count. */
  async takeBack(names: readonly string[]): Promise<void> {
    for (const name of names) this.#known.takeBack(name);
    try {
      await this.#ledger.takeBack(names);
    } catch (error) {
      if (!isStorageTrouble(error)) throw error;
    }
  }

  /** @param what completes the message, as in "Too many wrong passwords" */
  tooMany(name: string, what: string): AppError {
    return this.#known.tooMany(name, what);
  }
}
