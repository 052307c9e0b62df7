import { availableParallelism } from 'node:os';

/** Lets only so many captures run at a time; the others wait in order. */
export class Turns {
  readonly #concurrency: number;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  /** @param concurrency default: two per core, at least 2, at most 8 */
  constructor(concurrency = Math.min(8, Math.max(2, availableParallelism() * 2))) {
    this.#concurrency = concurrency;
  }

  /** Runs `work` when its turn comes; at once when the signal is aborted, which ends it soon. */
  async take<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.#begin(signal);
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      // The turn passes to the next one, so the number of running captures does not change.
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #begin(signal: AbortSignal | undefined): Promise<void> {
    if (this.#running >= this.#concurrency && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
        signal?.addEventListener(
          'abort',
          () => {
            const index = this.#queue.indexOf(resolve);
            if (index === -1) return;
            this.#queue.splice(index, 1);
            this.#running++;
            resolve();
          },
          { once: true },
        );
      });
    } else this.#running++;
  }
}
