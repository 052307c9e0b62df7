import { AppError, retryAfter } from '../../base/errors.ts';

export interface SharedWorkLimits {
  /** Works at a time; the others wait in the order of their calls. */
  concurrency: number;
  /** Works that may wait; further ones are refused. */
  maxWaiting: number;
}

interface Entry {
  promise: Promise<void>;
  /** Callers that still want the result. */
  wanted: number;
}

/** Runs works by name, each once however many callers want it, few at a time. */
export class SharedWork {
  readonly #limits: SharedWorkLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: SharedWorkLimits) {
    this.#limits = limits;
  }

  /** Whether a work of that name runs or waits. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * Joins the work of that name, or starts it. One that nobody wants any more when its turn comes is left out.
   *
   * @throws what the work throws; the signal's reason; AppError `unavailable` when too many wait
   */
  async run(name: string, work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const entry = this.#entries.get(name) ?? this.#start(name, work);
    entry.wanted++;
    if (signal === undefined) return entry.promise;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    try {
      await Promise.race([entry.promise, aborted]);
    } finally {
      entry.wanted--;
    }
  }

  #start(name: string, work: () => Promise<void>): Entry {
    if (this.#waiting.length >= this.#limits.maxWaiting) {
      throw new AppError(
        'unavailable',
        'Too many images are being made at once. Try again in a few seconds.',
        {
          details: retryAfter(5),
        },
      );
    }
    const entry: Entry = { promise: Promise.resolve(), wanted: 0 };
    entry.promise = this.#inTurn(async () => {
      if (entry.wanted > 0) await work();
    }).finally(() => this.#entries.delete(name));
    entry.promise.catch(() => undefined);
    this.#entries.set(name, entry);
    return entry;
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#running >= this.#limits.concurrency) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
      // Whoever starts a work must be counted before it looks.
      await Promise.resolve();
    }
    try {
      await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
